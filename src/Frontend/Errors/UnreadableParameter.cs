using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lineup.Frontend.Errors;

/// <summary>Says which parameter could not be read. The framework's own words name a .NET type, which means nothing to a caller.</summary>
internal static partial class UnreadableParameter
{
    public static string Explain(BadHttpRequestException error) => Framework().Match(error.Message) is { Success: true } match
        ? $"{JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value)} cannot be '{match.Groups["value"].Value}'."
        : error.Message;

    [GeneratedRegex("^Failed to bind parameter \"[^\"]*?(?<name>\\w+)\" from \"(?<value>.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex Framework();
}
