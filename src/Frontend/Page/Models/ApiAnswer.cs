using System.Text.Json;

namespace Lineup.Frontend.Page.Models;

/// <summary>How a call of the REST API ended, as the browser saw it.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Data">The JSON of the answer or, where it failed, of the problem.</param>
public sealed record ApiAnswer(int Status, JsonElement? Data)
{
    /// <summary>What it counts as when the page is left before there is an answer.</summary>
    public static ApiAnswer Left { get; } = new(0, null);

    public bool IsOk => Status is >= 200 and < 300;

    /// <summary>The problem's stable code; null where it has none.</summary>
    public string? Code => Text("code");

    /// <summary>What speaks against it, in a sentence.</summary>
    public string? Detail => Text("detail");

    /// <summary>Whether it would have been done for somebody with the right key.</summary>
    public bool NeedsKey => Code is "key_missing" or "key_wrong" or "key_not_allowed";

    private string? Text(string name) =>
        Data is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>What a person chose in a field for files.</summary>
/// <param name="Count">Number of files.</param>
/// <param name="Bytes">Their size together.</param>
/// <param name="Name">What the upload will be called; null where it cannot be sent.</param>
/// <param name="IsArchive">A single zip archive; otherwise pictures, which the browser puts into one.</param>
/// <param name="IsMixed">Archives among other files, or several: it cannot be sent.</param>
public sealed record ChosenFiles(int Count, long Bytes, string? Name, bool IsArchive, bool IsMixed);
