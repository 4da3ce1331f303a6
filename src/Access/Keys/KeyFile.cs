using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lineup.Access.Keys;

/// <summary>The file of keys: JSON, written whole and renamed into place, readable by its owner alone.</summary>
public static class KeyFile
{
    /// <summary>Largest file that is read, in bytes: room for about twenty thousand keys.</summary>
    public const int MaxBytes = 4 << 20;

    private const int Schema = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        AllowDuplicateProperties = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads keys out of a file's content.</summary>
    /// <param name="content">The file as it is.</param>
    /// <param name="keys">What it holds.</param>
    /// <param name="problem">What is wrong with it: such a file is not used in part, since nobody could say which part.</param>
    public static bool TryParse(ReadOnlySpan<byte> content, [NotNullWhen(true)] out IReadOnlyList<KeyRecord>? keys, [NotNullWhen(false)] out string? problem)
    {
        keys = null;
        try
        {
            var sheet = JsonSerializer.Deserialize<Sheet>(content, Json);
            problem = sheet is null ? "it holds nothing" : Check(sheet);
            keys = problem is null ? sheet!.Keys : null;
            return keys is not null;
        }
        catch (JsonException error)
        {
            problem = error.Message;
            return false;
        }
    }

    /// <summary>Writes keys so that a reader sees the old file or the new one.</summary>
    /// <exception cref="IOException">It could not be written; the old file is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, IReadOnlyList<KeyRecord> keys)
    {
        var whole = Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(whole)!, $".{Path.GetFileName(whole)}.{Guid.NewGuid():N}.tmp");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                JsonSerializer.Serialize(stream, new Sheet { Schema = Schema, Keys = keys }, Json);
                stream.Flush(flushToDisk: true);
            }

            // A server that runs as another user was given the right to read it; it keeps that.
            if (!OperatingSystem.IsWindows() && File.Exists(whole))
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(whole));
            File.Move(temporary, whole, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string? Check(Sheet sheet)
    {
        if (sheet.Schema != Schema)
            return $"its schema is {sheet.Schema}, not {Schema}";
        foreach (var key in sheet.Keys)
        {
            if (key is null || key.Id.Length == 0 || key.Name.Length == 0)
                return "a key has no id or no name";
            if (key.Sha256.Length != 64 || !key.Sha256.All(char.IsAsciiHexDigit))
                return $"the hash of key '{key.Id}' is not 64 hexadecimal digits";
            if (key.RequestsPerSecond is { } rate && !(rate > 0 && double.IsFinite(rate)))
                return $"requestsPerSecond of key '{key.Id}' is not above zero";
        }

        return sheet.Keys.GroupBy(key => key.Id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"there are two keys with the id '{twice.Key}'"
            : null;
    }

    private sealed record Sheet
    {
        public required int Schema { get; init; }

        public required IReadOnlyList<KeyRecord> Keys { get; init; }
    }
}
