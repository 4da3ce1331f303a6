using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport.Hosting;

namespace Lineup.EndToEnd.Tests.CommandLine;

/// <summary><c>lineup evaluate</c> as a process, on variants that <c>lineup compress</c> made.</summary>
public sealed class EvaluateTests
{
    [Fact]
    public async Task Evaluate_MadeVariants_ShowsAndWritesWhatEachCosts()
    {
        using var scene = new CommandLineScene();
        var (made, making) = await scene.CompressAsync("--variants", "fp16,int8", "--calibration", scene.Calibration);
        Assert.True(made == 0, making);

        var (exitCode, log) = await scene.EvaluateAsync("--output", scene.Report);

        Assert.True(exitCode == 0, log);
        Assert.Contains("12 pictures", log, StringComparison.Ordinal);
        foreach (var variant in new[] { "original", "fp16", "int8" })
            Assert.Contains($"\n{variant}\t100.0\t100.0\t", log, StringComparison.Ordinal);
        Assert.Contains("1 pictures cannot be read", log, StringComparison.Ordinal);
        Assert.Contains("red/cut-off.png", log, StringComparison.Ordinal);
        AssertReport(scene.Report);
        var evaluation = scene.VariantJson("int8").GetProperty("evaluation");
        Assert.Equal((12, 1, 100d), (
            evaluation.GetProperty("images").GetInt32(), evaluation.GetProperty("unreadable").GetInt32(), evaluation.GetProperty("top1").GetDouble()));
    }

    [Fact]
    public async Task Evaluate_NoSave_LeavesVariantJsonAlone()
    {
        using var scene = new CommandLineScene();

        var (exitCode, log) = await scene.EvaluateAsync("--no-save", "--count", "5", "--variants", "original", "--output", scene.Report);

        Assert.True(exitCode == 0, log);
        var report = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(scene.Report, "evaluation.json")));
        Assert.Equal(5, report.GetProperty("images").GetInt32() + report.List("unreadable").Count);
        Assert.False(File.Exists(scene.FileOf("original", "variant.json")));
    }

    [Fact]
    public async Task Evaluate_UnknownVariant_IsRefusedByName()
    {
        using var scene = new CommandLineScene();

        var (exitCode, log) = await scene.EvaluateAsync("--variants", "int4");

        Assert.Equal(1, exitCode);
        Assert.Contains("int4", log, StringComparison.Ordinal);
    }

    private static void AssertReport(string folder)
    {
        var json = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(folder, "evaluation.json")));
        Assert.Equal(["original", "fp16", "int8"], json.List("variants").Select(variant => variant.Text("name")));
        Assert.EndsWith("red/cut-off.png", Assert.Single(json.List("unreadable")).Text("path"), StringComparison.Ordinal);

        var csv = File.ReadAllLines(Path.Combine(folder, "evaluation.csv"));
        Assert.Equal(4, csv.Length);
        Assert.StartsWith("model,variant,", csv[0], StringComparison.Ordinal);
        Assert.StartsWith("tiny,original,", csv[1], StringComparison.Ordinal);

        Assert.Contains("| int8 |", File.ReadAllText(Path.Combine(folder, "evaluation.md")), StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(folder, "evaluation.svg")), StringComparison.Ordinal);
    }
}
