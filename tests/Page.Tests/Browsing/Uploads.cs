using Lineup.TestSupport;
using Microsoft.Playwright;

namespace Lineup.Page.Tests.Browsing;

/// <summary>Pictures that tiny models know, and the ways in which a person gives them to the page.</summary>
internal static class Uploads
{
    public static FilePayload Red { get; } = Picture("red.png", TestImages.Plain(250, 10, 10));

    public static FilePayload Green { get; } = Picture("green.png", TestImages.Plain(10, 250, 10));

    public static FilePayload Blue { get; } = Picture("blue.png", TestImages.Plain(10, 10, 250));

    public static FilePayload Picture(string name, byte[] bytes) => new() { Name = name, MimeType = "image/png", Buffer = bytes };

    /// <summary>Chooses files as the file dialog does.</summary>
    public static Task ChooseFilesAsync(this Visit visit, params FilePayload[] files) =>
        visit.Page.Locator("input[data-pictures]").First.SetInputFilesAsync(files);

    /// <summary>Drops a file somewhere on the page.</summary>
    public static Task DropAsync(this Visit visit, FilePayload file) => visit.GiveAsync(file, """
        for (const kind of ['dragenter', 'dragover', 'drop']) document.querySelector('h1').dispatchEvent(new DragEvent(kind, { dataTransfer: given, bubbles: true, cancelable: true }));
        """);

    /// <summary>Pastes a file from the clipboard.</summary>
    public static Task PasteAsync(this Visit visit, FilePayload file) => visit.GiveAsync(file, """
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: given, bubbles: true }));
        """);

    private static async Task GiveAsync(this Visit visit, FilePayload file, string how) => await visit.Page.EvaluateAsync($$"""
        ([name, type, bytes]) => {
          const given = new DataTransfer();
          given.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type }));
          {{how}}
        }
        """, new[] { file.Name, file.MimeType, Convert.ToBase64String(file.Buffer) });
}
