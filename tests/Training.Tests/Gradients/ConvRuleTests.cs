using Lineup.Compression.Onnx;

namespace Lineup.Training.Tests.Gradients;

public sealed class ConvRuleTests
{
    [Theory]
    [InlineData(1, 1, 1, 0, 1, 5, 6)]
    [InlineData(3, 1, 1, 1, 1, 5, 6)]
    [InlineData(3, 1, 1, 0, 1, 5, 6)]
    [InlineData(3, 2, 1, 1, 1, 6, 7)]
    [InlineData(3, 2, 1, 1, 1, 7, 8)]
    [InlineData(1, 2, 1, 0, 1, 6, 5)]
    [InlineData(5, 3, 1, 2, 1, 9, 8)]
    [InlineData(3, 1, 2, 2, 1, 6, 7)]
    [InlineData(3, 2, 2, 1, 1, 8, 9)]
    [InlineData(2, 1, 1, 2, 1, 4, 4)]
    [InlineData(3, 1, 1, 1, 2, 5, 6)]
    [InlineData(3, 2, 1, 1, 4, 6, 7)]
    [InlineData(3, 1, 1, 1, 4, 5, 4)]
    [InlineData(3, 1, 2, 2, 4, 6, 5)]
    [InlineData(1, 1, 1, 0, 2, 3, 4)]
    public void Backward_OfKernels_IsTheDifference(int kernel, int stride, int dilation, int pad, int groups, int height, int width)
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Normal(1, 2, 4, height, width));
        var weight = check.Trained(Tensors.Normal(2, 4, 4 / groups, kernel, kernel));
        var bias = check.Trained(Tensors.Normal(3, 4));

        check.Verify(check.Add("Conv", [x, weight, bias], node => Geometry(node, [stride, stride], [dilation, dilation], [pad, pad, pad, pad], groups)));
    }

    [Theory]
    [InlineData(1, 1, 1, 4, 1)]
    [InlineData(1, 1, 1, 30, 1)]
    [InlineData(2, 1, 1, 31, 1)]
    [InlineData(1, 1, 1, 37, 2)]
    [InlineData(2, 1, 0, 58, 1)]
    [InlineData(1, 2, 2, 20, 2)]
    [InlineData(3, 2, 1, 40, 1)]
    public void Backward_OfDepthwiseKernels_IsTheDifferenceWhateverTheWidth(int stride, int dilation, int pad, int width, int maps)
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Normal(1, 2, 2, 6, width));
        var weight = check.Trained(Tensors.Normal(2, 2 * maps, 1, 3, 3));

        check.Verify(check.Add("Conv", [x, weight], node => Geometry(node, [stride, stride], [dilation, dilation], [pad, pad, pad, pad], 2)));
    }

    [Theory]
    [InlineData(2, 3, 4)]
    [InlineData(3, 2, 4)]
    [InlineData(2, 3, 17)]
    [InlineData(3, 2, 17)]
    public void Backward_OfPointwiseKernels_IsTheDifferenceWhateverTheSize(int channels, int maps, int side)
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Normal(1, 2, channels, side, side));
        var weight = check.Trained(Tensors.Normal(2, maps, channels, 1, 1));

        check.Verify(check.Add("Conv", [x, weight]));
    }

    [Fact]
    public void Backward_OfRandomShapes_IsTheDifference()
    {
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            var groups = random.Next(1, 5);
            var (channels, maps) = (groups * random.Next(1, 4), groups * random.Next(1, 4));
            long[] kernel = [random.Next(1, 4), random.Next(1, 4)];
            long[] dilations = [random.Next(1, 3), random.Next(1, 3)];
            long[] pads = [random.Next(0, 3), random.Next(0, 3), random.Next(0, 3), random.Next(0, 3)];
            long[] size = [random.Next(5, 9), random.Next(5, 9)];
            var check = new GradientCheck();
            var x = check.Trained(Tensors.Normal(round, random.Next(1, 4), channels, size[0], size[1]));
            var weight = check.Trained(Tensors.Normal(round + 100, maps, channels / groups, kernel[0], kernel[1]));

            check.Verify(check.Add("Conv", [x, weight], node => Geometry(node, [random.Next(1, 4), random.Next(1, 4)], dilations, pads, groups)));
        }
    }

    [Theory]
    [InlineData("SAME_UPPER")]
    [InlineData("SAME_LOWER")]
    public void Backward_OfPaddingLeftToTheRuntime_IsTheDifference(string mode)
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Normal(1, 2, 3, 6, 7));
        var weight = check.Trained(Tensors.Normal(2, 2, 3, 3, 3));

        check.Verify(check.Add("Conv", [x, weight], node =>
        {
            node.Set("strides", 2, 2);
            node.Set("auto_pad", mode);
        }));
    }

    private static void Geometry(AttributeSet node, long[] strides, long[] dilations, long[] pads, long groups)
    {
        node.Set("strides", strides);
        node.Set("dilations", dilations);
        node.Set("pads", pads);
        node.Set("group", groups);
    }
}
