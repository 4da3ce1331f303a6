using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;
using Lineup.TestSupport.Hosting;

namespace Lineup.EndToEnd.Tests.CommandLine;

/// <summary><c>lineup compress</c> as a process.</summary>
public sealed class CompressTests
{
    [Fact]
    public async Task Compress_Fp16AndInt8_InstallsBothAndRecordsHow()
    {
        using var scene = new CommandLineScene();

        var (exitCode, log) = await scene.CompressAsync("--variants", "fp16,int8", "--calibration", scene.Calibration);

        Assert.True(exitCode == 0, log);
        Assert.Equal(["fp16", "int8", "labels.txt", "model.json", "original"], scene.Entries());
        foreach (var (variant, step) in new[] { ("fp16", "fp16 storage: "), ("int8", "int8: ") })
        {
            var json = scene.VariantJson(variant);
            Assert.Equal((variant, variant), (json.Text("name"), json.Text("precision")));
            Assert.Equal(new FileInfo(scene.FileOf(variant, "model.onnx")).Length, json.GetProperty("bytes").GetInt64());
            var recipe = json.GetProperty("recipe");
            Assert.Equal(("compress", "original", 20), (recipe.Text("kind"), recipe.Text("parent"), recipe.GetProperty("heldOutPictures").GetInt32()));
            Assert.StartsWith(step, recipe.List("steps")[0].GetString(), StringComparison.Ordinal);
            Assert.Equal(1, recipe.GetProperty("agreement").GetDouble());
            Assert.NotEmpty(recipe.GetProperty("cpu").Text("name")!);
            Assert.Contains($"{variant}: {step}", log, StringComparison.Ordinal);
        }

        Assert.Contains("0 weights clamped", log, StringComparison.Ordinal);
        Assert.Equal(40, scene.VariantJson("int8").GetProperty("recipe").GetProperty("calibrationPictures").GetInt32());
    }

    [Fact]
    public async Task Compress_ComputeFp16_MakesAGraphThatComputesInHalfPrecision()
    {
        using var scene = new CommandLineScene();

        var (exitCode, log) = await scene.CompressAsync("--variants", "fp16", "--compute", "fp16", "--calibration", scene.Calibration);

        Assert.True(exitCode == 0, log);
        var step = scene.VariantJson("fp16").GetProperty("recipe").List("steps")[0].GetString()!;
        Assert.StartsWith("fp16 compute: ", step, StringComparison.Ordinal);
        Assert.Contains("0 weights clamped", step, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_DryRun_PrintsThePlanOfEachVariantAndMakesNothing()
    {
        using var scene = new CommandLineScene();
        var before = scene.Entries();

        var (exitCode, log) = await scene.CompressAsync(
            "--variants", "fp16,int8,pruned,pruned-int8", "--calibration", scene.Calibration, "--dry-run");

        Assert.True(exitCode == 0, log);
        Assert.Equal(before, scene.Entries());
        Assert.Contains("fp16: fp16 storage: ", log, StringComparison.Ordinal);
        Assert.Contains("int8: ONNX Runtime will run here: ", log, StringComparison.Ordinal);
        Assert.Contains("pruned: Prune and fit layer after layer", log, StringComparison.Ordinal);
        Assert.Contains("pruned-int8: Quantize what is left", log, StringComparison.Ordinal);
        Assert.DoesNotContain("verifying", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_KeepFloatAndReduceRange_AreRecorded()
    {
        using var scene = new CommandLineScene();
        var (_, plan) = await scene.CompressAsync("--variants", "int8", "--calibration", scene.Calibration, "--sensitivity", "--dry-run");
        var worst = plan.Split('\n').First(line => line.StartsWith("int8: sensitivity 1: ", StringComparison.Ordinal)).Split('\'')[1];

        var (exitCode, log) = await scene.CompressAsync(
            "--variants", "int8", "--calibration", scene.Calibration, "--keep-float", worst, "--reduce-range", "--range", "MinMax");

        Assert.True(exitCode == 0, log);
        var steps = scene.VariantJson("int8").GetProperty("recipe").List("steps").Select(step => step.GetString()!).ToArray();
        Assert.Contains($"kept in float: {worst}", steps);
        Assert.Contains("weights within -63..63", steps);
        Assert.StartsWith("ranges: MinMax", steps[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_UnknownLayerToKeep_IsRefusedByName()
    {
        using var scene = new CommandLineScene();

        var (exitCode, log) = await scene.CompressAsync("--variants", "int8", "--calibration", scene.Calibration, "--keep-float", "nowhere");

        Assert.Equal(1, exitCode);
        Assert.Contains("there is no layer 'nowhere'", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_BelowTheFloor_IsRefusedUnlessForced()
    {
        // One weight of fifteen is left, and one colour cannot tell three apart.
        using var scene = new CommandLineScene(new TinyModel());
        string[] ruin = ["--variants", "pruned", "--pruning", "magnitude", "--sparsity", "0.95", "--calibration", scene.Calibration];

        var (refused, refusal) = await scene.CompressAsync(ruin);
        var afterRefusal = scene.Entries();
        var (forced, log) = await scene.CompressAsync([.. ruin, "--force"]);

        Assert.True(refused == 1, refusal);
        Assert.Contains("agrees with the original on", refusal, StringComparison.Ordinal);
        Assert.Contains("--force", refusal, StringComparison.Ordinal);
        Assert.Equal(["labels.txt", "model.json", "original"], afterRefusal);
        Assert.True(forced == 0, log);
        Assert.Contains("kept by force", scene.VariantJson("pruned-95-magnitude").GetProperty("recipe").List("steps")[^1].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_UnreadableCalibrationPicture_IsCountedAndNamed()
    {
        using var scene = new CommandLineScene();

        var (exitCode, log) = await scene.CompressAsync("--variants", "int8", "--calibration", scene.Labelled);

        Assert.True(exitCode == 0, log);
        Assert.Contains("1 calibration pictures cannot be read", log, StringComparison.Ordinal);
        Assert.Contains("red/cut-off.png", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int8", "tiny/int8 calibrating")]
    [InlineData("fp16", "tiny/fp16 verifying")]
    public async Task Compress_Interrupted_LeavesNothingHalfWritten(string variant, string when)
    {
        // Slow, so that every stage takes longer than it takes to see it and to interrupt it.
        Signals.RequireInterrupts();
        using var scene = new CommandLineScene(new TinyModel { Classes = 20, ExtraWork = 150 });
        var before = scene.Entries();
        await using var process = ServerProcess.Launch(
            "lineup.dll", "compress", "tiny", "--repository", scene.Repository, "--variants", variant, "--calibration", scene.Calibration);

        await process.UntilLogAsync(when);
        process.Interrupt();
        var exitCode = await process.UntilExitAsync();

        Assert.True(exitCode == 130, $"{exitCode}: {process.Log}");
        Assert.Contains("lineup: interrupted", process.Log, StringComparison.Ordinal);
        Assert.Equal(before, scene.Entries());
    }
}
