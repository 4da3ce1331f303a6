using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Lineup.Silo.Settings;

/// <summary>The rules that stand as attributes on an options class, each named with its key.</summary>
internal sealed class AttributeRules<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var broken = new List<ValidationResult>();
        Validator.TryValidateObject(options, new(options), broken, validateAllProperties: true);
        return broken.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(broken.Select(rule => $"{section}:{rule.MemberNames.First()}: {rule.ErrorMessage}"));
    }
}
