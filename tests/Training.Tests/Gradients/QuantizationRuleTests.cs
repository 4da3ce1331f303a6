using Lineup.Compression.Onnx;

namespace Lineup.Training.Tests.Gradients;

/// <summary>Rounding has no differences worth comparing with: these hold against the rule of straight-through gradients itself.</summary>
public sealed class QuantizationRuleTests
{
    [Fact]
    public void Backward_OfUnsignedRounding_PassesWithinTheRange()
    {
        // 0.1 a step from 10 below zero: the range is -1 to 24.5, and what rounds to its ends belongs to it.
        float[] numbers = [-5, -1.06f, -1.04f, 0, 0.333f, 24.4f, 24.54f, 24.56f, 100];
        var check = new GradientCheck();
        var x = check.Trained(TensorData.Create(numbers, numbers.Length));

        var (output, seed, gradients) = check.Run(Quantized(check, x, TensorData.Scalar(0.1f), TensorData.Scalar((byte)10)));

        Assert.Equal([-1, -1, -1, 0, 0.3f, 24.4f, 24.5f, 24.5f, 24.5f], output.ToArray<float>().Select(value => MathF.Round(value, 4)));
        var expected = seed.ToArray<float>().Select((value, i) => numbers[i] is > -1.05f and < 24.55f ? value : 0);
        Assert.Equal(expected, gradients[0].ToArray<float>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Backward_OfRoundingAChannel_TakesEachChannelsRange(int axis)
    {
        float[] scales = [0.01f, 0.1f];
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Create([2, 2], i => i % 2 == 0 ? 1.3f : 1.2f));

        var (_, seed, gradients) = check.Run(
            Quantized(check, x, TensorData.Create(scales, 2), TensorData.Create(new sbyte[2], 2), axis));

        // Steps of 0.01 reach 1.275, those of 0.1 reach 12.75.
        var inside = axis == 0 ? new float[] { 0, 1, 1, 1 } : [0, 1, 0, 1];
        Assert.Equal(seed.ToArray<float>().Zip(inside, (value, passes) => value * passes), gradients[0].ToArray<float>());
    }

    private static Value Quantized(GradientCheck check, Value x, TensorData scale, TensorData zero, int axis = 1)
    {
        var (scaleValue, zeroValue) = (check.Constant(scale), check.Constant(zero));
        var rounded = check.Add("QuantizeLinear", [x, scaleValue, zeroValue], node => node.Set("axis", (long)axis));
        return check.Add("DequantizeLinear", [rounded, scaleValue, zeroValue], node => node.Set("axis", (long)axis));
    }
}
