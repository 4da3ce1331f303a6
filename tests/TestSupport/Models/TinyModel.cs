using Lineup.ModelRepository.Manifests;

namespace Lineup.TestSupport;

/// <summary>
/// A valid ONNX classifier of a few hundred bytes: the mean colour of the picture decides. A mostly red, green or blue one gives class
/// 0, 1 or 2 with a clear margin; all other classes score low. Its faults and its cost are options.
/// </summary>
public sealed record TinyModel
{
    private const float Gain = 10;
    private const int WorkChannels = 64;

    /// <summary>Number of classes, at least 3.</summary>
    public int Classes { get; init; } = 5;

    /// <summary>Width and height of the input in pixels.</summary>
    public int Side { get; init; } = 32;

    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>Probabilities end in a Softmax node.</summary>
    public ModelOutput Output { get; init; } = ModelOutput.Logits;

    public int Opset { get; init; } = 17;

    /// <summary>Whether the file leaves the batch open (N) or fixes it to 1.</summary>
    public bool DynamicBatch { get; init; } = true;

    /// <summary>
    /// Layers of 3x3 convolutions with 64 channels whose result counts nothing, for a model that is slow: with the default side one
    /// costs about 0.4 ms on one core. The file grows little, since all layers share their weights.
    /// </summary>
    public int ExtraWork { get; init; }

    /// <summary>Makes one weight NaN, as a bad conversion does: the file loads, but every answer is NaN.</summary>
    public bool NanWeights { get; init; }

    /// <summary>
    /// A colour it does not see, 0 to 2 for red, green and blue: pure blue then passes for red, so that a variant can be made to err on
    /// pictures that are known.
    /// </summary>
    public int? BlindTo { get; init; }

    /// <summary>Makes the input int64 instead of float.</summary>
    public bool IntegerInput { get; init; }

    /// <summary>Adds an input that no image classifier has.</summary>
    public bool SecondInput { get; init; }

    /// <summary>Gives the picture back, [N, 3, S, S], instead of scores.</summary>
    public bool ImageOutput { get; init; }

    /// <summary>What model.json says about this model.</summary>
    public ModelManifest Manifest(string name = "tiny") => new()
    {
        Name = name,
        Title = $"Tiny {name}",
        Architecture = "Tiny",
        License = "Apache-2.0",
        Source = "written by the tests",
        Input = new() { Width = Side, Height = Side, Layout = Layout },
        Output = Output,
        Labels = "labels.txt",
    };

    /// <summary>One label a class: red, green, blue, other3, ...</summary>
    public IReadOnlyList<string> Labels() => ["red", "green", "blue", .. Enumerable.Range(3, Classes - 3).Select(i => $"other{i}")];

    /// <summary>The bytes of the ONNX file; the same options give the same bytes.</summary>
    public byte[] ToFile()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Classes, 3);
        var graph = new OnnxGraph();
        int? batch = DynamicBatch ? null : 1;
        int?[] shape = Layout == TensorLayout.Nchw ? [batch, 3, Side, Side] : [batch, Side, Side, 3];

        var picture = graph.Input("input", IntegerInput ? OnnxGraph.Int64 : OnnxGraph.Float, shape);
        if (IntegerInput)
            picture = graph.Node("Cast", [picture], ("to", [OnnxGraph.Float]));
        if (SecondInput)
            picture = graph.Node("Add", [picture, graph.Input("second", OnnxGraph.Float, shape)]);
        if (Layout == TensorLayout.Nhwc)
            picture = graph.Node("Transpose", [picture], ("perm", [0, 3, 1, 2]));

        if (ImageOutput)
        {
            graph.NodeInto("output", "Identity", [picture]);
            graph.Output("output", OnnxGraph.Float, batch, 3, Side, Side);
            return graph.ToFile(Opset);
        }

        var logits = Classify(graph, picture);
        if (ExtraWork > 0)
            logits = graph.Node("Add", [logits, Work(graph, picture)]);
        graph.NodeInto("output", Output == ModelOutput.Logits ? "Identity" : "Softmax", [logits]);
        graph.Output("output", OnnxGraph.Float, batch, Classes);
        return graph.ToFile(Opset);
    }

    private string Classify(OnnxGraph graph, string picture)
    {
        var weights = new float[3 * Classes];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var colour = 0; colour < 3; colour++)
                weights[(channel * Classes) + colour] = channel == BlindTo ? 0 : channel == colour ? Gain : -Gain / 2;
        }

        if (NanWeights)
            weights[0] = float.NaN;
        var bias = new float[Classes];
        for (var i = 3; i < Classes; i++)
            bias[i] = -Gain - (i * 0.01f);

        var mean = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [picture])]);
        var weightsName = graph.Weights("weights", weights, 3, Classes);
        return graph.Node("Gemm", [mean, weightsName, graph.Weights("bias", bias, Classes)]);
    }

    /// <summary>Averaging convolutions, so that values stay in range at any depth; zeros keep them out of the answer.</summary>
    private string Work(OnnxGraph graph, string picture)
    {
        var widen = Averaging("widen", from: 3);
        var keep = Averaging("keep", from: WorkChannels);
        var value = picture;
        for (var layer = 0; layer < ExtraWork; layer++)
            value = graph.Node("Conv", [value, layer == 0 ? widen : keep], ("pads", [1, 1, 1, 1]));

        var mean = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [value])]);
        return graph.Node("MatMul", [mean, graph.Weights("nothing", new float[WorkChannels * Classes], WorkChannels, Classes)]);

        string Averaging(string name, int from)
        {
            var weights = new float[WorkChannels * from * 9];
            Array.Fill(weights, 1f / (from * 9));
            return graph.Weights(name, weights, WorkChannels, from, 3, 3);
        }
    }
}
