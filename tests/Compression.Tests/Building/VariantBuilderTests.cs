using Lineup.Compression.Building;
using Lineup.Compression.Pruning;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Building;

public sealed class VariantBuilderTests : IDisposable
{
    private readonly BuildScene _scene = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("fp16", "fp16")]
    [InlineData("int8", "int8")]
    [InlineData("pruned", "fp32")]
    [InlineData("pruned-int8", "int8")]
    [InlineData("pruned-channels", "fp32")]
    [InlineData("pruned-channels-int8", "int8")]
    public async Task BuildAsync_EachRecipe_InstallsAVariantThatServesAndSaysHowItWasMade(string name, string precision)
    {
        var built = Assert.Single(await _scene.BuildAsync(_scene.Request(name), cancellation: Cancellation));

        var variant = _scene.Store.Find("small", name).Variant!;
        using var session = ModelSession.Load(variant.FilePath, variant.Model);
        Assert.Equal(20, session.Classes);
        Assert.Equal((precision, built.Bytes, built.CompressedBytes), (variant.Manifest.Precision, variant.FileBytes, variant.Manifest.CompressedBytes));
        Assert.Equal(built.PackedBytes, variant.Manifest.PackedBytes);
        Assert.InRange(built.PackedBytes, 1, built.Bytes);
        Assert.Equal(64, variant.Manifest.Sha256!.Length);
        var recipe = variant.Manifest.Recipe!;
        Assert.Equal((VariantRecipe.Compress, "original"), (recipe.Kind, recipe.Parent));
        Assert.Equal(64, recipe.ParentSha256!.Length);
        Assert.NotEmpty(recipe.Steps!);
        Assert.NotEmpty(recipe.Cpu!.Name);
        Assert.InRange(recipe.Agreement!.Value, 0.4, 1);
        Assert.Equal(name is "pruned" or "pruned-int8", variant.Manifest.Sparsity is > 0.3);
        Assert.Equal(name.StartsWith("pruned-channels", StringComparison.Ordinal), recipe.Steps![0].Contains("multiply-adds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BuildAsync_WithMoreMultiplyAddsRemovedThanUsual_SaysSoInTheName()
    {
        var request = _scene.Request("pruned-channels", "pruned-channels-int8") with { Pruning = new() { MultiplyAddReduction = 0.4 }, Force = true };

        var built = await _scene.BuildAsync(request, cancellation: Cancellation);

        Assert.Equal(["pruned-channels-40", "pruned-channels-40-int8"], built.Select(variant => variant.Name));
    }

    [Theory]
    [InlineData(0.5, PruningMethod.Reconstruct, "pruned", "pruned-int8")]
    [InlineData(0.6, PruningMethod.Reconstruct, "pruned-60", "pruned-60-int8")]
    [InlineData(0.375, PruningMethod.Reconstruct, "pruned-37.5", "pruned-37.5-int8")]
    [InlineData(0.5, PruningMethod.Magnitude, "pruned-magnitude", "pruned-magnitude-int8")]
    public async Task BuildAsync_PrunedInAnotherWay_SaysSoInTheName(double sparsity, PruningMethod method, string pruned, string prunedInt8)
    {
        var request = _scene.Request("pruned", "pruned-int8") with { Pruning = new() { Sparsity = sparsity, Method = method }, Force = true };

        var built = await _scene.BuildAsync(request, cancellation: Cancellation);

        Assert.Equal([pruned, prunedInt8], built.Select(variant => variant.Name));
        Assert.Equal(sparsity, _scene.Store.Find("small", pruned).Variant!.Manifest.Sparsity!.Value, 0.01);
        Assert.Equal("int8", _scene.Store.Find("small", prunedInt8).Variant!.Manifest.Precision);
    }

    [Fact]
    public async Task BuildAsync_PrunedInt8WithFewerSteps_PacksSmaller()
    {
        var built = new List<BuiltVariant>();

        foreach (var steps in new[] { 15, 127 })
            built.AddRange(await _scene.BuildAsync(_scene.Request("pruned-int8") with { Pruning = new() { WeightSteps = steps } }, cancellation: Cancellation));

        Assert.Equal(built[1].Bytes, built[0].Bytes, built[1].Bytes * 0.01);
        Assert.InRange(built[0].PackedBytes, 1, 0.97 * built[1].PackedBytes);
        Assert.InRange(built[0].CompressedBytes, 1, 0.97 * built[1].CompressedBytes);
        Assert.Contains("15 steps", string.Join(' ', built[0].Steps), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fp16")]
    [InlineData("int8")]
    [InlineData("pruned")]
    [InlineData("pruned-int8")]
    [InlineData("pruned-channels")]
    [InlineData("pruned-channels-int8")]
    public async Task BuildAsync_TwiceTheSame_GivesTheSameBytes(string name)
    {
        var first = await FilesAsync();
        var second = await FilesAsync();

        Assert.Equal(first.Model, second.Model);
        Assert.Equal(first.Manifest, second.Manifest);

        async Task<(byte[] Model, string Manifest)> FilesAsync()
        {
            await _scene.BuildAsync(_scene.Request(name), cancellation: Cancellation);
            return (
                await File.ReadAllBytesAsync(Path.Combine(_scene.VariantPath(name), "model.onnx"), Cancellation),
                await File.ReadAllTextAsync(Path.Combine(_scene.VariantPath(name), "variant.json"), Cancellation));
        }
    }

    [Fact]
    public async Task BuildAsync_TooFewPicturesToVerifyOn_IsRefusedUnlessForced()
    {
        var request = _scene.Request("int8") with { CalibrationLimit = 2 };
        var before = _scene.Entries().ToList();

        var refusal = await Assert.ThrowsAsync<BuildException>(() => _scene.BuildAsync(request, cancellation: Cancellation));
        var untouched = _scene.Entries().ToList();
        var forced = await _scene.BuildAsync(request with { Force = true }, cancellation: Cancellation);

        Assert.True(refusal.IsRefusal);
        Assert.Contains("at least 3 readable pictures", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, untouched);
        Assert.Null(Assert.Single(forced).HeldOut);
    }

    [Fact]
    public async Task BuildAsync_OptionsThatCannotBe_IsRefusedBeforeAnythingIsMade()
    {
        var before = _scene.Entries().ToList();

        var sparsity = await Assert.ThrowsAsync<BuildException>(
            () => _scene.BuildAsync(_scene.Request("int8", "pruned") with { Pruning = new() { Sparsity = 2 } }, cancellation: Cancellation));
        var count = await Assert.ThrowsAsync<BuildException>(
            () => _scene.BuildAsync(_scene.Request("int8") with { CalibrationLimit = 0 }, cancellation: Cancellation));

        Assert.Contains("the sparsity must be", sparsity.Message, StringComparison.Ordinal);
        Assert.Contains("at least one picture", count.Message, StringComparison.Ordinal);
        Assert.Equal(before, _scene.Entries());
    }

    [Fact]
    public async Task BuildAsync_CancelledMidway_LeavesNothing()
    {
        var before = _scene.Entries().ToList();
        using var cancellation = new CancellationTokenSource();
        var progress = new Immediate(value =>
        {
            if (value.Stage.StartsWith("trying", StringComparison.Ordinal))
                cancellation.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.BuildAsync(_scene.Request("int8"), progress, cancellation.Token));

        Assert.Equal(before, _scene.Entries());
    }

    [Fact]
    public async Task BuildAsync_VariantThatDisagrees_IsRefusedUnlessForced()
    {
        // 95 % of the weights gone by size alone: nothing of the net is left.
        var request = _scene.Request("pruned") with { Pruning = new() { Method = PruningMethod.Magnitude, Sparsity = 0.95, ClassifierSparsity = 0.95 } };
        var before = _scene.Entries().ToList();

        var refusal = await Assert.ThrowsAsync<BuildException>(() => _scene.BuildAsync(request, cancellation: Cancellation));

        Assert.Contains("agrees with the original on", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, _scene.Entries());
        var kept = Assert.Single(await _scene.BuildAsync(request with { Force = true }, cancellation: Cancellation));
        Assert.NotNull(kept.Complaint);
        Assert.Contains("kept by force", _scene.Store.Find("small", "pruned-95-magnitude").Variant!.Manifest.Recipe!.Steps![^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_VariantOfAnotherMaker_IsReplacedOnlyByForce()
    {
        Directory.CreateDirectory(_scene.VariantPath("fp16"));
        var mine = File.ReadAllBytes(Path.Combine(_scene.VariantPath("original"), "model.onnx"));
        await File.WriteAllBytesAsync(Path.Combine(_scene.VariantPath("fp16"), "model.onnx"), mine, Cancellation);

        var refusal = await Assert.ThrowsAsync<BuildException>(() => _scene.BuildAsync(_scene.Request("fp16"), cancellation: Cancellation));

        Assert.Contains("not made by Lineup", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(mine, await File.ReadAllBytesAsync(Path.Combine(_scene.VariantPath("fp16"), "model.onnx"), Cancellation));
        await _scene.BuildAsync(_scene.Request("fp16") with { Force = true }, cancellation: Cancellation);
        Assert.NotNull(_scene.Store.Find("small", "fp16").Variant!.Manifest.Recipe);
    }

    [Fact]
    public async Task BuildAsync_NoPictures_SaysWhatNeedsThem()
    {
        var refusal = await Assert.ThrowsAsync<BuildException>(
            () => _scene.BuildAsync(_scene.Request("fp16", "int8") with { Calibration = null }, cancellation: Cancellation));

        Assert.Contains("--calibration", refusal.Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single(await _scene.BuildAsync(_scene.Request("fp16") with { Calibration = null }, cancellation: Cancellation)).HeldOut);
    }

    [Fact]
    public async Task BuildAsync_NoRecipe_NamesThoseThereAre()
    {
        var refusal = await Assert.ThrowsAsync<BuildException>(() => _scene.BuildAsync(_scene.Request(), cancellation: Cancellation));

        Assert.Contains("fp16, int8", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_UnknownRecipe_NamesThoseThereAre()
    {
        var refusal = await Assert.ThrowsAsync<BuildException>(() => _scene.BuildAsync(_scene.Request("int4"), cancellation: Cancellation));

        Assert.Contains("fp16, int8", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Immediate(Action<BuildProgress> report) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => report(value);
    }
}
