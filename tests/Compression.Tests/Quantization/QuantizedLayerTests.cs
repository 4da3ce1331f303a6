using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Calibration;
using Lineup.Compression.Tests.Onnx;
using Lineup.Compression.Tests.Onnx.Passes;

namespace Lineup.Compression.Tests.Quantization;

public sealed class QuantizedLayerTests
{
    [Fact]
    public void From_NoCorrection_RoundsToTheNearestStep()
    {
        var node = Conv(out _);

        var layer = QuantizedLayer.From(new(node), 127, null, 1);

        var rows = new LayerWeights(node).Rows;
        var dequantized = layer.Dequantized();
        for (var i = 0; i < rows.Length; i++)
            Assert.InRange(Math.Abs(rows[i] - dequantized[i]), 0, (layer.Scales[i / layer.Weights.RowLength] / 2) + 1e-7);
        Assert.Null(layer.Weights.Bias);
        Assert.Null(layer.BiasShift);
    }

    [Fact]
    public void From_ReducedRange_StaysWithin63()
    {
        var layer = QuantizedLayer.From(new(Conv(out _)), 63, null, 1);

        Assert.Equal(63, layer.Values.Max(value => Math.Abs(value)));
    }

    /// <summary>A 1x1 kernel of a few coarse steps: the error is large, and the mean over all positions is exact.</summary>
    [Fact]
    public void From_Correction_RestoresTheMeanOfEveryChannel()
    {
        var node = Conv(out var model, kernel: 1);
        var pictures = CalibrationScene.Pictures(6);
        var input = model.Graph.Inputs[0];
        var statistics = ActivationRecorder.Record(model, [input], pictures, null, CancellationToken.None)[input];

        var corrected = QuantizedLayer.From(new(node), 3, statistics.ChannelMean, 1e-6);

        var expected = Means(model, pictures);
        node.Inputs[1]!.SetData(corrected.Weights.ToTensor(corrected.Dequantized()));
        var uncorrected = Means(model, pictures);
        node.SetInput(2, model.Graph.AddInitializer("bias", TensorData.Create(corrected.Weights.Bias!, 5)));
        var actual = Means(model, pictures);
        for (var c = 0; c < 5; c++)
            Assert.Equal(expected[c], actual[c], 1e-5);
        Assert.True(expected.Zip(uncorrected, (a, b) => Math.Abs(a - b)).Max() > 0.02);
        Assert.Equal(expected.Zip(uncorrected, (a, b) => Math.Abs(a - b)).Max(), corrected.BiasShift!.Value, 1e-5);
    }

    [Fact]
    public void From_DeadChannelWithABias_KeepsTheBiasWithin32Bits()
    {
        var node = Conv(out var model, bias: true);
        var weights = node.Inputs[1]!.Data!.ToArray<float>();
        weights.AsSpan(0, 27).Fill(1e-15f);
        node.Inputs[1]!.SetData(TensorData.Create(weights, node.Inputs[1]!.Data!.Dims));
        node.Inputs[2]!.SetData(TensorData.Create([0.5f, 1, 1, 1, 1], 5));

        var layer = QuantizedLayer.From(new(node), 127, null, 0.01);

        Assert.InRange(0.5 / (layer.Scales[0] * 0.01), 1 << 20, int.MaxValue);
        Assert.NotNull(model);
    }

    private static Node Conv(out OnnxModel model, int kernel = 3, bool bias = false)
    {
        model = Nets.Of(3, (graph, x) => graph.Conv(x, 3, 5, kernel, bias: bias).Output);
        return model.Graph.Nodes[0];
    }

    /// <summary>The mean of each channel of the output, the slow way.</summary>
    private static double[] Means(OnnxModel model, CalibrationPictures pictures)
    {
        using var session = GraphSession.Load(model);
        var sums = new double[5];
        foreach (var tensor in pictures.Tensors())
        {
            var output = session.Run(TensorData.Create(tensor, 1, 3, 6, 6))[0].ToArray<float>();
            for (var i = 0; i < output.Length; i++)
                sums[i / (output.Length / 5)] += output[i] / (double)(output.Length / 5 * pictures.Count);
        }

        return sums;
    }
}
