using System.CommandLine;
using System.Globalization;

namespace Lineup.Cli.Commands;

/// <summary>Options that take a number.</summary>
internal static class NumberOptions
{
    /// <summary>A whole number of at least 1; null where it is left out.</summary>
    public static Option<int?> Positive(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) || number < 1))
                result.AddError($"{name} must be a whole number of at least 1, not '{token.Value}'.");
        });
        return option;
    }
}
