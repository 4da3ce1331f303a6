using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Calibration;
using Lineup.Compression.Tests.Onnx;
using Lineup.Compression.Tests.Onnx.Passes;

namespace Lineup.Compression.Tests.Quantization;

public sealed class DepthwiseEqualizerTests
{
    [Fact]
    public void Scale_BothSides_LeavesTheFunctionAndFillsTheRange()
    {
        var model = Net();
        var pictures = CalibrationScene.Pictures(6);
        var factors = Factors(model, pictures, _ => false, out var value);
        var changed = model.Clone();
        var (first, second) = (changed.Graph.Nodes[0], changed.Graph.Nodes[2]);

        var (firstWeights, secondWeights) = (new LayerWeights(first), new LayerWeights(second));
        DepthwiseEqualizer.ScaleOutputs(firstWeights, factors[value]);
        DepthwiseEqualizer.ScaleInputs(secondWeights, factors[value]);

        first.Inputs[1]!.SetData(firstWeights.ToTensor(firstWeights.Rows));
        first.Inputs[2]!.SetData(TensorData.Create(firstWeights.Bias!, 4));
        second.Inputs[1]!.SetData(secondWeights.ToTensor(secondWeights.Rows));
        Assert.InRange(TensorDifference.Relative(Tensors.Run(model)[0], Tensors.Run(changed)[0]), 0, 1e-5);
        var equalised = changed.Graph.Nodes[1].Output;
        var statistics = ActivationRecorder.Record(changed, [equalised], pictures, null, CancellationToken.None)[equalised];
        Assert.All(statistics.ChannelMax, max => Assert.Equal(statistics.Max, max, statistics.Max * 1e-4));
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("two readers")]
    [InlineData("not depthwise")]
    [InlineData("no activation")]
    public void Factors_WhereItWouldChangeSomething_AreNone(string what)
    {
        var model = Net(twoReaders: what == "two readers", groups: what == "not depthwise" ? 2 : 4, activation: what != "no activation");

        var factors = Factors(model, CalibrationScene.Pictures(6), _ => what == "grid", out _);

        Assert.Empty(factors);
    }

    private static Dictionary<Value, float[]> Factors(
        OnnxModel model, CalibrationPictures pictures, Func<Node, bool> onGrid, out Value value)
    {
        var points = new QuantizationPoints(model.Graph, new HashSet<Node>());
        Value[] watched = [.. points.Points.Select(point => point.Value)];
        var statistics = ActivationRecorder.Record(model, watched, pictures, null, CancellationToken.None);
        value = model.Graph.Nodes[1].Output;
        return DepthwiseEqualizer.Factors(points, statistics, onGrid);
    }

    private static OnnxModel Net(bool twoReaders = false, int groups = 4, bool activation = true) => Nets.Of(3, (graph, x) =>
    {
        var conv = graph.Conv(x, 3, 4, kernel: 1, bias: true).Output;
        var relu = activation ? graph.Add("Relu", conv).Output : conv;
        var depthwise = graph.Conv(relu, 4, 4, groups: groups).Output;
        var result = graph.Add("Relu", depthwise).Output;
        return twoReaders ? graph.Add("Mul", graph.Add("GlobalMaxPool", relu).Output, result).Output : result;
    });
}
