using Lineup.Compression.Building;
using Lineup.Compression.HalfPrecision;

namespace Lineup.Compression.Tests.Building;

public sealed class VariantPlannerTests : IDisposable
{
    private readonly BuildScene _scene = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("fp16", "fp16 storage: ")]
    [InlineData("int8", "ONNX Runtime will run here: ")]
    [InlineData("pruned", "Prune and fit layer after layer")]
    [InlineData("pruned-int8", "Quantize what is left as int8 is")]
    [InlineData("pruned-channels", "Remove channels until")]
    public async Task PlanAsync_EachRecipe_SaysWhatItWouldDoAndMakesNothing(string name, string line)
    {
        var before = _scene.Entries().ToList();

        var plan = Assert.Single(await VariantPlanner.PlanAsync(_scene.Request(name), null, Cancellation));

        Assert.Equal(name, plan.Name);
        Assert.Contains(plan.Lines, one => one.StartsWith(line, StringComparison.Ordinal));
        Assert.InRange(plan.Lines.Count, 5, 200);
        Assert.Equal(before, _scene.Entries());
    }

    /// <summary>The plan of int8 is what is then done, tensor by tensor.</summary>
    [Fact]
    public async Task PlanAsync_Int8_IsWhatTheBuildDoes()
    {
        var plan = Assert.Single(await VariantPlanner.PlanAsync(_scene.Request("int8"), null, Cancellation));

        var built = Assert.Single(await _scene.BuildAsync(_scene.Request("int8"), cancellation: Cancellation));

        Assert.Equal([.. built.Steps, .. built.Plan], plan.Lines.SkipLast(1));
    }

    [Fact]
    public async Task PlanAsync_Pruning_DoesNotPrune()
    {
        var stages = new List<string>();

        await VariantPlanner.PlanAsync(_scene.Request("pruned", "pruned-int8"), new Immediate(value => stages.Add(value.Stage)), Cancellation);

        Assert.Equal(["preparing"], stages);
    }

    [Fact]
    public async Task PlanAsync_ComputeFp16_SaysOfEachNodeWhetherItConverts()
    {
        var request = _scene.Request("fp16") with { HalfPrecision = new() { Mode = HalfPrecisionMode.Compute } };

        var plan = Assert.Single(await VariantPlanner.PlanAsync(request, null, Cancellation));

        Assert.StartsWith("fp16 compute: ", plan.Lines[0], StringComparison.Ordinal);
        Assert.Contains(plan.Lines, line => line.StartsWith("Conv ", StringComparison.Ordinal) && line.Contains(": fp16, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PlanAsync_NoPictures_SaysWhatNeedsThem()
    {
        var refusal = await Assert.ThrowsAsync<BuildException>(
            () => VariantPlanner.PlanAsync(_scene.Request("int8") with { Calibration = null }, null, Cancellation));

        Assert.Contains("--calibration", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Immediate(Action<BuildProgress> report) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => report(value);
    }
}
