using System.Text;
using System.Text.RegularExpressions;

namespace Lineup.ModelRepository.Storage;

/// <summary>The name of one class.</summary>
/// <param name="Id">The WordNet id, such as n01440764; null where the file gives names only.</param>
/// <param name="Name">The name for people to read.</param>
public sealed record ClassLabel(string? Id, string Name);

/// <summary>
/// Reads a labels file: UTF-8, one class a line, in the order of the output tensor. A line is "n01440764 tench" (WordNet id and name)
/// or the name alone. Underscores in a name are shown as spaces. Blank lines at the end do not count; elsewhere they would shift every
/// class after them and are refused.
/// </summary>
public static partial class ClassLabels
{
    /// <exception cref="InvalidDataException">The file holds no labels, or a blank line among them.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<ClassLabel> Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return Parse(bytes, Path.GetFileName(path));
    }

    /// <param name="text">The file's bytes.</param>
    /// <param name="fileName">What errors call the file.</param>
    /// <exception cref="InvalidDataException">There are no labels, or there is a blank line among them.</exception>
    public static IReadOnlyList<ClassLabel> Parse(ReadOnlySpan<byte> text, string fileName)
    {
        var lines = Encoding.UTF8.GetString(text).TrimStart('\uFEFF').TrimEnd().ReplaceLineEndings("\n").Split('\n');
        if (lines is [""])
            throw new InvalidDataException($"{fileName} holds no labels: it needs one class a line");

        var blank = Array.FindIndex(lines, string.IsNullOrWhiteSpace);
        return blank < 0
            ? Array.ConvertAll(lines, ParseLine)
            : throw new InvalidDataException($"{fileName}: line {blank + 1} is blank, which would shift the classes after it: remove it");
    }

    private static ClassLabel ParseLine(string line)
    {
        var match = WordNetLine().Match(line);
        return match.Success
            ? new ClassLabel(match.Groups[1].Value, Readable(match.Groups[2].Value))
            : new ClassLabel(null, Readable(line));
    }

    private static string Readable(string name) => name.Replace('_', ' ').Trim();

    [GeneratedRegex("^(n[0-9]{8})[ \t]+(\\S.*)$")]
    private static partial Regex WordNetLine();
}
