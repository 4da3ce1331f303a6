using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;
using Lineup.TestSupport.Hosting;

namespace Lineup.EndToEnd.Tests.CommandLine;

/// <summary>
/// A repository with the model "tiny" and pictures for it: plain ones of any shade to calibrate on, and labelled ones, red, green and
/// blue, with one among them that is cut off.
/// </summary>
internal sealed class CommandLineScene : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly string _pictures = Directory.CreateTempSubdirectory("lineup-pictures-").FullName;

    public CommandLineScene(TinyModel? model = null)
    {
        _repository.AddModel("tiny", model ?? new TinyModel { Classes = 20, ExtraWork = 1 });
        var shades = new Random(1);
        for (var i = 0; i < 60; i++)
            Write($"calibration/{i:00}.png", TestImages.Plain(Shade(i < 20), Shade(i is >= 20 and < 40), Shade(i >= 40), side: 40));
        foreach (var (folder, colour) in new[] { ("red", 0), ("green", 1), ("blue", 2) })
        {
            for (var i = 0; i < 4; i++)
                Write($"labelled/{folder}/{i}.png", TestImages.Plain(Shade(colour == 0), Shade(colour == 1), Shade(colour == 2), side: 40));
        }

        Write("labelled/red/cut-off.png", Pictures.Red.AsSpan(0, Pictures.Red.Length / 2));

        byte Shade(bool bright) => (byte)(bright ? shades.Next(200, 256) : shades.Next(0, 56));
    }

    public string Repository => _repository.Root;

    public string Calibration => Path.Combine(_pictures, "calibration");

    public string Labelled => Path.Combine(_pictures, "labelled");

    public string Report => Path.Combine(_pictures, "report");

    /// <summary>Everything in the model's folder, hidden things too.</summary>
    public IReadOnlyList<string> Entries() =>
        [.. Directory.EnumerateFileSystemEntries(Path.Combine(Repository, "tiny")).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];

    public string FileOf(string variant, string name) => Path.Combine(Repository, "tiny", variant, name);

    public JsonElement VariantJson(string variant) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(FileOf(variant, "variant.json")));

    public Task<(int ExitCode, string Log)> CompressAsync(params string[] arguments) =>
        ServerProcess.RunAsync("lineup.dll", ["compress", "tiny", "--repository", Repository, .. arguments]);

    public Task<(int ExitCode, string Log)> EvaluateAsync(params string[] arguments) =>
        ServerProcess.RunAsync("lineup.dll", ["evaluate", "tiny", "--repository", Repository, "--data", Labelled, .. arguments]);

    public void Dispose()
    {
        _repository.Dispose();
        Directory.Delete(_pictures, recursive: true);
    }

    private void Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_pictures, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
