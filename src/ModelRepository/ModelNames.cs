using System.Text.RegularExpressions;

namespace Lineup.ModelRepository;

/// <summary>
/// The one rule for names of models and variants: 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit,
/// without two dots in a row. Such a name is a safe folder name on every file system, a grain key and a metric label as it is.
/// </summary>
public static partial class ModelNames
{
    /// <summary>The rule in words, to end a message with.</summary>
    public const string Rule =
        "a name is 1 to 64 of a-z, 0-9, '.', '-' and '_', begins with a letter or digit and has no two dots in a row";

    public static bool IsValid(string? name) => name is not null && Pattern().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex("\\A[a-z0-9][a-z0-9._-]{0,63}\\z")]
    private static partial Regex Pattern();
}
