using System.Text.Json;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Storage;

/// <summary>Reads a manifest; what is wrong with the file is a value, since people write these by hand.</summary>
internal static class ManifestFile
{
    // A manifest is a few hundred bytes; the limit keeps a misnamed model file from being read whole.
    private const long MaxBytes = 1 << 20;

    public static (T? Manifest, string? Problem) Read<T>(string path)
        where T : class
    {
        var name = Path.GetFileName(path);
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
                return (null, $"{name} has {stream.Length} bytes, which is no manifest (at most {MaxBytes})");

            var manifest = JsonSerializer.Deserialize<T>(stream, ManifestJson.Options);
            return manifest is null ? (null, $"{name} holds null instead of an object") : (manifest, null);
        }
        catch (JsonException exception)
        {
            return (null, $"{name} cannot be read: {Brief(exception)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"{name} cannot be opened: {exception.Message}");
        }
    }

    /// <summary>The message on one line, without the .NET type names that System.Text.Json puts into it.</summary>
    public static string Brief(JsonException exception)
    {
        var text = exception.Message.ReplaceLineEndings(" ");
        const string missing = "was missing required properties including: ";
        var at = text.IndexOf(missing, StringComparison.Ordinal);
        if (at >= 0)
            return $"missing {text[(at + missing.Length)..]}";

        // "... | LineNumber: 3 | BytePositionInLine: 5." counts from zero; people and editors count lines from one.
        var path = text.IndexOf(" Path: ", StringComparison.Ordinal);
        var words = path < 0 ? text : text[..path];
        return exception.LineNumber is { } line && !words.Contains("LineNumber", StringComparison.Ordinal)
            ? $"{words.TrimEnd('.')} (line {line + 1}{(exception.Path is { Length: > 1 } p ? $", at {p}" : "")})"
            : words;
    }
}
