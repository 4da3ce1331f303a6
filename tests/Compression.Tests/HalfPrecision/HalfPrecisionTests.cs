using Lineup.Compression.HalfPrecision;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Tests.Models;
using Lineup.Compression.Tests.Onnx;
using Lineup.Compression.Tests.Onnx.Passes;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Tests.HalfPrecision;

/// <summary>
/// Tolerances differ because nets of random weights without skip connections amplify rounding from layer to layer; that nothing but
/// rounding happens is shown bit for bit where it can be.
/// </summary>
public sealed class HalfPrecisionTests
{
    private static readonly HalfPrecisionOptions Compute = new() { Mode = HalfPrecisionMode.Compute };

    [Theory]
    [InlineData("resnet50", 0.05)]
    [InlineData("xception", 0.05)]
    [InlineData("mobilenetv2", 0.1)]
    [InlineData("squeezenet", 0.01)]
    public void Compress_Storage_ComputesNearlyTheSame(string name, double tolerance)
    {
        var model = Canonical(name);

        var result = HalfPrecisionCompressor.Compress(model);

        Assert.InRange(TensorDifference.Relative(Tensors.Run(model)[0], Tensors.Run(result.Model)[0]), 1e-7, tolerance);
        Assert.InRange((double)result.BytesAfter / result.BytesBefore, 0.5, 0.51);
        Assert.Equal((0, 0), (result.Plan.Clamped, result.Plan.Flushed));
    }

    [Theory]
    [InlineData("resnet50")]
    [InlineData("mobilenetv2")]
    public void Compress_Storage_RunsAsIfItsWeightsWereRoundedFloats(string name)
    {
        var model = Canonical(name);
        var half = HalfPrecisionCompressor.Compress(model);
        foreach (var tensor in half.Plan.Converted)
        {
            var rounded = half.Model.Graph.Find(tensor.Name)!.Data!;
            var floats = Array.ConvertAll(rounded.ToArray<Half>(), value => (float)value);
            model.Graph.Find(tensor.Name)!.SetData(TensorData.Create(floats, rounded.Dims));
        }

        var (expected, actual) = (Tensors.Run(model, optimize: true)[0], Tensors.Run(half.Model, optimize: true)[0]);

        Assert.True(expected.ContentEquals(actual));
    }

    [Fact]
    public void Compress_Storage_CastsAreFoldedByOnnxRuntime()
    {
        var model = HalfPrecisionCompressor.Compress(Canonical("mobilenetv2")).Model;
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.onnx");
        try
        {
            var level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED;
            using (var options = new SessionOptions { OptimizedModelFilePath = path, GraphOptimizationLevel = level })
            using (new InferenceSession(OnnxWriter.Write(model), options))
            {
            }

            var optimized = OnnxReader.Read(path);

            Assert.Contains(model.Graph.Nodes, node => node.OpType == "Cast");
            Assert.DoesNotContain(optimized.Graph.Nodes, node => node.OpType == "Cast");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Compress_Twice_GivesTheSameBytesAndLeavesTheOriginal()
    {
        var model = Canonical("mobilenetv2");
        var before = OnnxWriter.Write(model);

        foreach (var options in new[] { new(), Compute })
        {
            var (first, second) = (HalfPrecisionCompressor.Compress(model, options), HalfPrecisionCompressor.Compress(model, options));

            Assert.Equal(OnnxWriter.Write(first.Model), OnnxWriter.Write(second.Model));
        }

        Assert.Equal(before, OnnxWriter.Write(model));
    }

    [Fact]
    public void Compress_WeightsBeyondHalf_AreClampedFlushedAndCounted()
    {
        var model = OneConv(
            [65504, 65519, 65520, -1e30f, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, 1e-5f, 2e-8f, -1e-30f, 1]);

        var result = HalfPrecisionCompressor.Compress(model, new() { MinimumElements = 1 });

        var tensor = Assert.Single(result.Plan.Tensors);
        Assert.Equal(new(5, 2, 1), tensor.Loss);
        Assert.Equal(
            [65504, 65504, 65504, -65504, 65504, -65504, 0, 0, (float)(Half)1e-5f, 0, 0, 1],
            result.Model.Graph.Initializers[0].Data!.ToDoubles().Select(value => (float)value));
        Assert.Equal((5, 2), (result.Plan.Clamped, result.Plan.Flushed));
    }

    [Fact]
    public void Compress_WeightsOfALayer_AreWithinAStepAndBalanced()
    {
        var model = Nets.Of(4, (graph, x) => graph.Conv(x, 4, 8).Output);
        var original = model.Graph.Initializers[0].Data!.ToDoubles();
        original[7] = 0;
        model.Graph.Initializers[0].SetData(TensorData.Create(Array.ConvertAll(original, value => (float)value), 8, 4, 3, 3));

        var half = HalfPrecisionCompressor.Compress(model).Model.Graph.Initializers[0].Data!.ToDoubles();

        var errors = half.Zip(original, (rounded, exact) => (Error: rounded - exact, Step: Math.Max(Math.Abs(exact), 6e-5) / 1024))
            .ToArray();
        Assert.All(errors, pair => Assert.InRange(Math.Abs(pair.Error), 0, pair.Step));
        var plain = original.Select(exact => (double)(Half)exact - exact).Chunk(36).Sum(channel => Math.Abs(channel.Sum()));
        Assert.InRange(errors.Chunk(36).Sum(channel => Math.Abs(channel.Sum(pair => pair.Error))), 0, plain / 4);
        Assert.Equal(0, half[7]);
    }

    [Theory]
    [InlineData(HalfPrecisionMode.Storage)]
    [InlineData(HalfPrecisionMode.Compute)]
    public void Compress_NaN_IsRefusedByName(HalfPrecisionMode mode)
    {
        var model = OneConv([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, float.NaN, 12]);

        var error = Assert.Throws<InvalidModelException>(() => HalfPrecisionCompressor.Compress(model, new() { Mode = mode }));

        Assert.Contains("'w' holds NaN at element 10", error.Message);
    }

    [Fact]
    public void Plan_WhatStays_SaysWhy()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            _ = graph.Weight(1, 64);
            return graph.BatchNorm(graph.Conv(graph.Conv(x, 4, 64, kernel: 1, bias: true).Output, 64, 64, bias: true).Output, 64).Output;
        });
        model.Graph.AddInput(model.Graph.Initializers[1]);

        var plan = HalfPrecisionCompressor.Plan(model, new() { MinimumElements = 100 });

        Assert.Equal(
            ["nothing reads it", "a caller may replace it", "fewer than 100 elements", "weights", "fewer than 100 elements"],
            plan.Tensors.Take(5).Select(tensor => tensor.Reason));
        Assert.Contains(
            "BatchNormalization", HalfPrecisionCompressor.Plan(model).Tensors[^1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet50", 0.05)]
    [InlineData("xception", 0.05)]
    [InlineData("mobilenetv1", 0.5)]
    [InlineData("squeezenet", 0.01)]
    public void Compress_Compute_IsHalfBetweenFloatEnds(string name, double tolerance)
    {
        var model = Canonical(name);

        var result = HalfPrecisionCompressor.Compress(model, Compute);

        Assert.All(result.Plan.Nodes, node => Assert.True(node.Converts, $"{node}"));
        Assert.Equal(2, result.Model.Graph.Nodes.Count(node => node.OpType == "Cast"));
        Assert.Equal(["Cast", "Cast"], new[] { result.Model.Graph.Nodes[0], result.Model.Graph.Nodes[^1] }.Select(node => node.OpType));
        Assert.DoesNotContain(result.Model.Graph.Initializers, value => value.Type == ElementType.Float);
        Assert.Equal(ElementType.Float, result.Model.Graph.Inputs[0].Type);
        Assert.Equal(("output", ElementType.Float), (result.Model.Graph.Outputs[0].Name, result.Model.Graph.Outputs[0].Type));
        Assert.InRange(TensorDifference.Relative(Tensors.Run(model)[0], Tensors.Run(result.Model)[0]), 1e-7, tolerance);
        Assert.False(new InferShapes().Run(result.Model).Changed);
    }

    [Fact]
    public void Compress_ComputeWithOperatorsThatStay_CastsAtTheirEdges()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var relu = graph.Add("Relu", graph.Conv(x, 4, 4, kernel: 1).Output).Output;
            var soft = graph.Add("Softmax", relu).Output;
            var sum = graph.Add("Add", soft, relu).Output;
            return graph.Add("Mul", graph.Add("LogSoftmax", relu).Output, graph.Conv(sum, 4, 4, kernel: 1).Output).Output;
        });
        new InferShapes().Run(model);

        var result = HalfPrecisionCompressor.Compress(model, Compute);

        Assert.Equal(["Softmax", "LogSoftmax"], result.Plan.Nodes.Where(node => !node.Converts).Select(node => node.Node.Split(' ')[0]));
        Assert.Equal(
            ["Cast", "Conv", "Relu", "Cast", "Softmax", "Cast", "Add", "LogSoftmax", "Conv", "Cast", "Mul", "Cast"],
            result.Model.Graph.Nodes.Select(node => node.OpType));
        Assert.InRange(TensorDifference.Relative(Tensors.Run(model)[0], Tensors.Run(result.Model)[0]), 1e-7, 0.01);
        Assert.False(new InferShapes().Run(result.Model).Changed);
    }

    [Fact]
    public void Compress_ComputeOfOutputThatIsReadInsideToo_KeepsBoth()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var relu = graph.Add("Relu", x);
            graph.AddOutput(relu.Output);
            return graph.Add("Neg", relu.Output).Output;
        });
        new InferShapes().Run(model);
        var before = Tensors.Run(model);

        var result = HalfPrecisionCompressor.Compress(model, Compute);

        Assert.Equal(model.Graph.Outputs.Select(value => value.Name), result.Model.Graph.Outputs.Select(value => value.Name));
        var differences = before.Zip(Tensors.Run(result.Model), TensorDifference.Relative);
        Assert.All(differences, difference => Assert.InRange(difference, 0, 1e-3));
    }

    [Fact]
    public void Compress_ComputeWithoutTypes_AsksForThem()
    {
        var model = Nets.Of(4, (graph, x) => graph.Add("Relu", graph.Add("Neg", x).Output).Output);

        var error = Assert.Throws<UnsupportedModelException>(() => HalfPrecisionCompressor.Compress(model, Compute));

        Assert.Contains("infers shapes", error.Message);
    }

    private static OnnxModel Canonical(string name)
    {
        var model = ReferenceModelTests.Build(name, small: true);
        PassPipeline.Canonical().Run(model);
        return model;
    }

    /// <summary>A 1x1 convolution of 12 weights.</summary>
    private static OnnxModel OneConv(float[] weights)
    {
        var model = Nets.Of(4, (graph, x) =>
            graph.Add("Conv", x, graph.AddInitializer("w", TensorData.Create(weights, 3, 4, 1, 1))).Output);
        return model;
    }
}
