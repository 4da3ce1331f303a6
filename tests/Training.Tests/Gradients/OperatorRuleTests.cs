using Lineup.Compression.Onnx;

namespace Lineup.Training.Tests.Gradients;

public sealed class OperatorRuleTests
{
    [Theory]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Div")]
    public void Backward_OfTwoInputs_IsTheDifferenceWithAndWithoutBroadcasting(string op)
    {
        foreach (var (left, right) in new (long[], long[])[]
        {
            ([2, 3, 4, 2], [2, 3, 4, 2]), ([2, 3, 4, 2], [3, 1, 1]), ([1, 3, 1, 2], [2, 1, 4, 2]), ([2, 3], []),
        })
        {
            var check = new GradientCheck { Step = 0.01f };
            var a = check.Trained(Tensors.Normal(1, left));
            var b = check.Trained(Tensors.Create(right, i => 2 + (0.3f * i)));

            check.Verify(check.Add(op, [a, b]));
        }
    }

    [Fact]
    public void Backward_OfAValueReadTwice_AddsUp()
    {
        var check = new GradientCheck { Step = 0.01f };
        var x = check.Trained(Tensors.Normal(1, 2, 3));

        check.Verify(check.Add("Add", [check.Add("Mul", [x, x]), x]));
    }

    [Fact]
    public void Backward_OfRelu_IsTheDifference()
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Spaced(1, 1, 2, 3, 4));

        check.Verify(check.Add("Relu", [x]));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Backward_OfGemm_IsTheDifference(bool turnA, bool turnB)
    {
        var check = new GradientCheck();
        var a = check.Trained(turnA ? Tensors.Normal(1, 4, 3) : Tensors.Normal(1, 3, 4));
        var b = check.Trained(turnB ? Tensors.Normal(2, 5, 4) : Tensors.Normal(2, 4, 5));
        var c = check.Trained(Tensors.Normal(3, 5));

        check.Verify(check.Add("Gemm", [a, b, c], node =>
        {
            node.Set("alpha", 0.7f);
            node.Set("beta", 1.3f);
            node.Set("transA", turnA ? 1L : 0L);
            node.Set("transB", turnB ? 1L : 0L);
        }));
    }

    [Fact]
    public void Backward_OfMatMul_IsTheDifferenceOfStacksToo()
    {
        foreach (var (left, right) in new (long[], long[])[] { ([3, 4], [4, 2]), ([2, 3, 4], [4, 2]), ([2, 1, 3, 4], [3, 4, 2]) })
        {
            var check = new GradientCheck();
            var a = check.Trained(Tensors.Normal(1, left));
            var b = check.Trained(Tensors.Normal(2, right));

            check.Verify(check.Add("MatMul", [a, b]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Backward_OfConcat_IsTheDifference(int axis)
    {
        var check = new GradientCheck();
        long[] second = [2, 3, 4];
        second[axis < 0 ? 3 + axis : axis] += 2;
        var a = check.Trained(Tensors.Normal(1, 2, 3, 4));
        var b = check.Trained(Tensors.Normal(2, second));

        check.Verify(check.Add("Concat", [a, b, a], node => node.Set("axis", (long)axis)));
    }

    [Fact]
    public void Backward_OfShapes_IsTheDifference()
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Normal(1, 2, 3, 4, 2));
        var turned = check.Add("Transpose", [x], node => node.Set("perm", 1, 3, 0, 2));
        var reversed = check.Add("Transpose", [turned]);
        var reshaped = check.Add("Reshape", [reversed, check.Constant(TensorData.Create([4L, -1], 2))]);
        var flat = check.Add("Flatten", [check.Add("Identity", [reshaped])]);

        check.Verify(check.Add("Pad", [flat, check.Constant(TensorData.Create([1L, 2, 0, 3], 4))]));
    }

    [Fact]
    public void Backward_OfGlobalAveragePool_IsTheDifference()
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Normal(1, 2, 3, 4, 5));

        check.Verify(check.Add("GlobalAveragePool", [x]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backward_OfBatchNormalization_IsTheDifference(bool frozen)
    {
        foreach (var dims in new long[][] { [3, 4, 5, 2], [8, 3] })
        {
            var channels = dims[1];
            var check = new GradientCheck { FreezesNormalization = frozen, Step = 0.02f };
            var x = check.Trained(Tensors.Create(dims, i => (float)(0.7 + Math.Sin(i * 1.7) + (0.1 * (i % 7)))));
            var scale = check.Trained(Tensors.Create([channels], i => 0.5f + (0.4f * i)));
            var shift = check.Trained(Tensors.Normal(2, channels));
            var mean = check.Constant(Tensors.Normal(3, channels));
            var variance = check.Constant(Tensors.Create([channels], i => 0.5f + i));

            check.Verify(check.Add("BatchNormalization", [x, scale, shift, mean, variance], node => node.Set("epsilon", 1e-3f)));
        }
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(-2, 3)]
    [InlineData(-4, null)]
    public void Backward_OfClip_IsTheDifference(int low, int? high)
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Spaced(1, 1, 2, 3, 4));
        var bounds = new[] { low, high }.Select(bound => bound is { } at ? check.Constant(TensorData.Scalar((float)at)) : null);

        check.Verify(check.Add("Clip", [x, .. bounds]));
    }

    [Theory]
    [InlineData("Softmax", 1)]
    [InlineData("Softmax", -1)]
    [InlineData("LogSoftmax", 1)]
    [InlineData("LogSoftmax", -1)]
    public void Backward_OfSoftmax_IsTheDifference(string op, int axis)
    {
        var check = new GradientCheck { Step = 0.01f };
        var x = check.Trained(Tensors.Normal(1, 2, 4, 3));

        check.Verify(check.Add(op, [x], node => node.Set("axis", (long)axis)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Backward_OfReduceMean_IsTheDifference(int keep)
    {
        foreach (var axes in new long[]?[] { [1], [-1, 0], null })
        {
            var check = new GradientCheck();
            var x = check.Trained(Tensors.Normal(1, 2, 4, 3));

            check.Verify(check.Add("ReduceMean", [x], node =>
            {
                node.Set("keepdims", (long)keep);
                if (axes is not null)
                    node.Set("axes", axes);
            }));
        }
    }

    [Theory]
    [InlineData("ReduceMean", 18)]
    [InlineData("ReduceSum", 13)]
    public void Backward_OfReductionsWithAxesAsInput_IsTheDifference(string op, long opset)
    {
        var check = new GradientCheck(opset);
        var x = check.Trained(Tensors.Normal(1, 2, 4, 3));

        check.Verify(check.Add(op, [x, check.Constant(TensorData.Create([-2L], 1))], node => node.Set("keepdims", 0)));
    }

    [Theory]
    [InlineData("MaxPool", 2, 2, 0, 1, 6, 4)]
    [InlineData("MaxPool", 3, 2, 1, 1, 7, 6)]
    [InlineData("MaxPool", 3, 1, 1, 1, 4, 5)]
    [InlineData("MaxPool", 2, 1, 0, 2, 5, 5)]
    [InlineData("AveragePool", 2, 2, 0, 1, 6, 4)]
    [InlineData("AveragePool", 2, 2, 0, 1, 7, 5)]
    [InlineData("AveragePool", 3, 2, 1, 1, 7, 6)]
    [InlineData("AveragePool", 3, 1, 1, 1, 4, 5)]
    public void Backward_OfPooling_IsTheDifference(string op, int kernel, int stride, int pad, int dilation, int height, int width)
    {
        foreach (var counted in op == "AveragePool" && pad > 0 ? new[] { 0, 1 } : [0])
        {
            var check = new GradientCheck();
            var x = check.Trained(Tensors.Spaced(1, 1, 2, 3, height, width));

            check.Verify(check.Add(op, [x], node =>
            {
                node.Set("kernel_shape", kernel, kernel);
                node.Set("strides", stride, stride);
                node.Set("pads", pad, pad, pad, pad);
                if (dilation > 1)
                    node.Set("dilations", dilation, dilation);
                if (counted > 0)
                    node.Set("count_include_pad", counted);
            }));
        }
    }

    [Fact]
    public void Backward_OfMaxPoolWithEqualPlaces_SharesTheGradient()
    {
        var check = new GradientCheck();
        var x = check.Trained(Tensors.Create([1, 1, 2, 4], i => new[] { 3, 3, -1, -2, 1, 3, -2, -1 }[i]));

        var (_, seed, gradients) = check.Run(check.Add("MaxPool", [x], node =>
        {
            node.Set("kernel_shape", 2, 2);
            node.Set("strides", 2, 2);
        }));

        var (first, second) = (seed.ToDoubles()[0] / 3, seed.ToDoubles()[1] / 2);
        Assert.Equal([first, first, second, 0, 0, first, 0, second], gradients[0].ToDoubles(), (expected, actual) => Math.Abs(expected - actual) < 1e-6);
    }
}
