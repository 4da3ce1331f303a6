using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Onnx;

namespace Lineup.Compression.Tests.Quantization;

public sealed class WeightScalesTests
{
    [Theory]
    [InlineData(0.0123f, 1)]
    [InlineData(3.7e-4f, 2)]
    [InlineData(11f, 3)]
    public void Choose_TensorOnOneGrid_TakesItsStepAndLosesNothing(float step, int seed)
    {
        var random = new Random(seed);
        var weights = Array.ConvertAll(new float[8 * 30], _ => random.Next(-100, 101) * step);

        var (scales, origins) = WeightScales.Choose(weights, 8, 127);

        Assert.All(origins, origin => Assert.Equal(ScaleOrigin.TensorGrid, origin));
        Assert.All(scales, scale => Assert.Equal(step, scale, step * 1e-5));
        AssertExact(weights, scales, 1e-5);
    }

    [Fact]
    public void Choose_ChannelsOnGridsOfTheirOwn_TakesEachStep()
    {
        var random = new Random(4);
        float[] steps = [0.01f, 0.0173f, 0.0211f];
        var weights = Array.ConvertAll(Enumerable.Range(0, 3 * 60).ToArray(), i => random.Next(-100, 101) * steps[i / 60]);

        var (scales, origins) = WeightScales.Choose(weights, 3, 127);

        Assert.All(origins, origin => Assert.Equal(ScaleOrigin.ChannelGrid, origin));
        Assert.All(scales.Zip(steps), pair => Assert.Equal(pair.Second, pair.First, pair.Second * 1e-5));
        AssertExact(weights, scales, 1e-5);
    }

    [Fact]
    public void Choose_GridWithGapsInIt_FindsTheStepAndNotAMultiple()
    {
        // Distances of 2, 3 and 5 steps: the smallest distance is twice the step.
        float[] weights = [.. new[] { 4, 6, 9, -14, 21, 0, 16 }.Select(k => k * 0.01f)];

        var (scales, origins) = WeightScales.Choose(weights, 1, 127);

        Assert.Equal(ScaleOrigin.TensorGrid, origins[0]);
        AssertExact(weights, scales, 1e-5);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(27)]
    [InlineData(500)]
    public void Choose_RandomWeights_AreNotTakenForAGrid(int length)
    {
        var weights = Tensors.Normal(length, 40, length).ToArray<float>();

        var (scales, origins) = WeightScales.Choose(weights, 40, 127);

        Assert.All(origins, origin => Assert.Equal(ScaleOrigin.AbsoluteMaximum, origin));
        for (var c = 0; c < 40; c++)
            Assert.Equal(weights.Skip(c * length).Take(length).Max(Math.Abs) / 127, scales[c], 1e-9);
    }

    [Fact]
    public void Choose_GridThatNeedsMoreThanTheLargestInteger_FallsBackToTheMaximum()
    {
        var weights = Enumerable.Range(-127, 255).Select(k => k * 0.01f).ToArray();

        var (full, fullOrigins) = WeightScales.Choose(weights, 1, 127);
        var (reduced, reducedOrigins) = WeightScales.Choose(weights, 1, 63);

        Assert.Equal((ScaleOrigin.TensorGrid, ScaleOrigin.AbsoluteMaximum), (fullOrigins[0], reducedOrigins[0]));
        Assert.Equal(0.01, full[0], 1e-6);
        Assert.Equal(1.27 / 63, reduced[0], 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-40f)]
    public void Choose_ChannelOfZerosOrLess_HasAScaleThatDividesWell(float value)
    {
        float[] weights = [.. Tensors.Normal(1, 20).ToArray<float>(), .. Enumerable.Repeat(value, 20)];

        var (scales, origins) = WeightScales.Choose(weights, 2, 127);

        Assert.Equal([ScaleOrigin.AbsoluteMaximum, ScaleOrigin.Zeros], origins);
        Assert.Equal(1, scales[1]);
    }

    [Fact]
    public void GridStep_AlmostAGrid_IsNone()
    {
        var weights = Enumerable.Range(1, 100).Select(k => k * 0.01f).ToArray();
        weights[40] += 0.0002f;

        Assert.Null(WeightScales.GridStep(weights, 127));
    }

    private static void AssertExact(float[] weights, float[] scales, double relative)
    {
        var length = weights.Length / scales.Length;
        for (var i = 0; i < weights.Length; i++)
        {
            var scale = scales[i / length];
            Assert.Equal(weights[i], MathF.Round(weights[i] / scale) * scale, 128 * scale * relative);
        }
    }
}
