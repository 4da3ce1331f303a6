using Lineup.Compression.Calibration;
using Lineup.Compression.Tests.Onnx;

namespace Lineup.Compression.Tests.Calibration;

public sealed class ValueHistogramTests
{
    private const int Bins = 2048;

    [Theory]
    [InlineData(0.99, 1)]
    [InlineData(0.999, 1)]
    [InlineData(0.9999, 1)]
    [InlineData(0.99, 1e-3)]
    [InlineData(0.999, 300)]
    public void Range_ManyValues_IsThatOfTheSortedOnesToABin(double kept, double scale)
    {
        var values = Array.ConvertAll(Tensors.Normal(3, 20_000).ToArray<float>(), value => (float)(scale * (value + 0.5)));

        var (low, high) = Of(values).Range(kept);

        var sorted = values.Order().ToArray();
        var spare = (int)Math.Floor((1 - kept) * values.Length);
        var bin = 2 * Math.Max(1 / 64d, sorted.Max(Math.Abs)) / Bins;
        Assert.InRange(low, sorted[spare] - bin, sorted[spare]);
        Assert.InRange(high, sorted[^(spare + 1)], sorted[^(spare + 1)] + bin);
    }

    [Fact]
    public void Add_InAnyOrderAndGrouping_GivesTheSame()
    {
        var values = Array.ConvertAll(Tensors.Normal(4, 5000).ToArray<float>(), value => value * value * value);
        var whole = Of(values);

        var parts = new ValueHistogram();
        foreach (var chunk in values.Reverse().Chunk(77))
            parts.Add(Of(chunk));

        foreach (var kept in new[] { 0.9, 0.99, 0.999, 1 })
            Assert.Equal(whole.Range(kept), parts.Range(kept));
    }

    [Fact]
    public void Range_AllKept_HoldsEveryValue()
    {
        float[] values = [-5, 0.001f, 0.25f, 3];

        var (low, high) = Of(values).Range(1);

        Assert.InRange(low, -5.01, -5);
        Assert.InRange(high, 3, 3.01);
    }

    private static ValueHistogram Of(float[] values)
    {
        var histogram = new ValueHistogram();
        histogram.Add(values, values.Max(Math.Abs));
        return histogram;
    }
}
