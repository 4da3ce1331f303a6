using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Tests.Onnx;
using Lineup.Compression.Tests.Onnx.Passes;

namespace Lineup.Compression.Tests.Calibration;

public sealed class ActivationRecorderTests
{
    [Fact]
    public void Record_InputAndInnerValue_GivesWhatTheirNumbersAre()
    {
        var pictures = CalibrationScene.Pictures(6);
        var model = Nets.Of(3, (graph, x) => graph.Add("Relu", graph.Conv(x, 3, 5).Output).Output);
        var (input, inner) = (model.Graph.Inputs[0], model.Graph.Nodes[0].Output);

        var statistics = ActivationRecorder.Record(model, [input, inner], pictures, null, CancellationToken.None);

        var tensors = pictures.Tensors();
        Check(tensors, 3, statistics[input]);
        using var session = GraphSession.LoadWithTaps(model, [inner]);
        Check([.. tensors.Select(tensor => session.Run(TensorData.Create(tensor, 1, 3, 6, 6))[1].ToArray<float>())], 5, statistics[inner]);
    }

    [Fact]
    public void Record_Progress_CountsPictures()
    {
        var pictures = CalibrationScene.Pictures(6);
        var model = Nets.Of(3, (graph, x) => graph.Add("Relu", x).Output);
        var counts = new Counts();

        ActivationRecorder.Record(model, [model.Graph.Inputs[0]], pictures, counts, CancellationToken.None);

        Assert.Equal([1, 2, 3, 4, 5, 6], counts.Seen);
    }

    [Theory]
    [InlineData("Log")]
    [InlineData("Exp")]
    public void Record_ValuesThatAreNotFinite_AreRefusedByName(string opType)
    {
        var model = Nets.Of(3, (graph, x) =>
        {
            var large = graph.Add("Mul", x, graph.AddInitializer("big", TensorData.Scalar(1000f))).Output;
            return graph.Add("Relu", graph.Add(opType, large).Output).Output;
        });
        var value = model.Graph.Nodes[1].Output;

        var error = Assert.Throws<InvalidModelException>(() =>
            ActivationRecorder.Record(model, [value], CalibrationScene.Pictures(6), null, CancellationToken.None));

        Assert.Contains($"'{value.Name}'", error.Message);
    }

    private static void Check(float[][] tensors, int channels, TensorStatistics actual)
    {
        var area = tensors[0].Length / channels;
        Assert.Equal(tensors.Length, actual.Pictures);
        Assert.Equal(channels, actual.Channels);
        Assert.Equal(tensors.Min(tensor => tensor.Min()), actual.Min, 1e-5);
        Assert.Equal(tensors.Max(tensor => tensor.Max()), actual.Max, 1e-5);
        Assert.Equal(tensors.Average(tensor => tensor.Min()), actual.MeanMin, 1e-5);
        Assert.Equal(tensors.Average(tensor => tensor.Max()), actual.MeanMax, 1e-5);
        for (var c = 0; c < channels; c++)
        {
            var own = tensors.SelectMany(tensor => tensor.Skip(c * area).Take(area)).ToArray();
            Assert.Equal(own.Max(), actual.ChannelMax[c], 1e-5);
            Assert.Equal(own.Average(value => (double)value), actual.ChannelMean(c), 1e-5);
        }
    }

    private sealed class Counts : IProgress<int>
    {
        public List<int> Seen { get; } = [];

        public void Report(int value) => Seen.Add(value);
    }
}
