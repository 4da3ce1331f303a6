using Lineup.Compression.Onnx;

namespace Lineup.Compression.Quantization;

/// <summary>A value that becomes uint8.</summary>
/// <param name="Value">The value after any activation that the quantizer takes over.</param>
/// <param name="Activation">The Relu or Clip whose lower bound the quantizer's own clipping replaces; null where there is none.</param>
/// <param name="SameAs">The point whose range it repeats, for operators that only move values about; null otherwise.</param>
internal sealed record QuantizationPoint(Value Value, Node? Activation, Value? SameAs);

/// <summary>
/// Decides where quantization happens: on the input of every layer, and after every convolution, Add, Concat and average pooling with the
/// activation that follows it. Never on what leads to the network's output alone: rounding scores to 256 steps makes ties.
/// </summary>
internal sealed class QuantizationPoints
{
    private static readonly HashSet<string> Combining = ["Add", "Concat", "GlobalAveragePool", "AveragePool"];
    private static readonly HashSet<string> Moving = ["MaxPool", "Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze"];
    private static readonly HashSet<string> Finishing = ["Softmax", "LogSoftmax", "Sigmoid", "Identity", "Cast"];
    private static readonly HashSet<string> Elementwise = ["Add", "Sub", "Mul", "Div"];

    private readonly Dictionary<Value, QuantizationPoint> _points = [];
    private readonly List<FloatNode> _floatNodes = [];
    private readonly List<Node> _layers = [];
    private readonly HashSet<Node> _quantized = [];
    private readonly IReadOnlySet<Node> _kept;

    /// <param name="graph">The graph.</param>
    /// <param name="kept">Layers that are to compute in float.</param>
    public QuantizationPoints(Graph graph, IReadOnlySet<Node> kept)
    {
        _kept = kept;
        foreach (var node in graph.Nodes)
            Visit(node);
        foreach (var node in graph.Nodes.Where(node => !_quantized.Contains(node) && !IsAbsorbed(node) && !node.Is("Constant")))
        {
            if (IsFloat(node.Output))
                _floatNodes.Add(new(node.ToString(), node.Output.Name, Why(node)));
        }
    }

    /// <summary>The points in the order of the graph.</summary>
    public IReadOnlyCollection<QuantizationPoint> Points => _points.Values;

    /// <summary>Convolutions and matrix products with constant weights.</summary>
    public IReadOnlyList<Node> LayersWithWeights => _layers;

    public IReadOnlyList<FloatNode> FloatNodes => _floatNodes;

    public QuantizationPoint? Find(Value value) => _points.GetValueOrDefault(value);

    /// <summary>Whether it is a layer whose weights become integers.</summary>
    public bool Quantizes(Node node) => IsLayer(node) && !_kept.Contains(node);

    /// <summary>Whether it is a layer whose weights could become integers.</summary>
    public static bool IsLayer(Node node) => LayerWeights.Refusal(node) is null;

    private void Visit(Node node)
    {
        // What reads a kept layer's result quantizes it if need be: between two kept ones nothing is.
        if (_kept.Contains(node))
            return;
        if (IsLayer(node))
        {
            _layers.Add(node);
            _quantized.Add(node);
            Add(node.Inputs[0]!, null, null);
            AddResult(node);
        }
        else if (IsStandard(node, Combining) && IsFloat(node.Output) && Operands(node).All(operand => operand.Constant is null))
        {
            if (LeadsToOutput(node.Output))
                return;
            _quantized.Add(node);
            foreach (var operand in Operands(node))
                Add(operand, null, null);
            AddResult(node);
        }
        else if (IsStandard(node, Moving) && Find(node.Inputs[0]!) is { } moved && !LeadsToOutput(node.Output) && !HasMore(node))
        {
            _quantized.Add(node);
            Add(node.Output, null, moved.SameAs ?? moved.Value);
        }
    }

    private void AddResult(Node node)
    {
        var activation = node.Output is { Uses: [var use], IsGraphOutput: false } && IsActivation(use.Node) ? use.Node : null;
        var result = activation?.Output ?? node.Output;
        if (!LeadsToOutput(result))
            Add(result, activation, null);
    }

    private void Add(Value value, Node? activation, Value? sameAs)
    {
        if (value.Constant is null && IsFloat(value))
            _points.TryAdd(value, new(value, activation, sameAs));
    }

    private bool IsAbsorbed(Node node) => _points.TryGetValue(node.Output, out var point) && point.Activation == node;

    private string Why(Node node) => _kept.Contains(node)
        ? "kept as asked"
        : IsActivation(node) && node.Inputs[0]?.Producer is { } producer && _kept.Contains(producer)
        ? "it belongs to a layer that is kept"
        : LeadsToOutput(node.Output)
        ? "it ends in the network's output, which must keep its precision"
        : node.Is("Conv") || node.Is("Gemm") || node.Is("MatMul")
            ? LayerWeights.Refusal(node)!
            : IsStandard(node, Combining) ? "an operand is constant" : IsActivation(node)
                ? "what it reads is read elsewhere too, so that no quantizer can take it over"
                : $"no int8 form of {node.OpType} is used";

    /// <summary>Numbers that can be quantized; true where the graph does not say.</summary>
    private static bool IsFloat(Value value) => value.Type is null or ElementType.Float;

    private static bool HasMore(Node node) =>
        node.Outputs.Skip(1).Any(output => output is { Uses.Count: > 0 } or { IsGraphOutput: true });

    private static IEnumerable<Value> Operands(Node node) => node.Inputs.OfType<Value>();

    /// <summary>
    /// True where the value, perhaps reshaped, scaled or made into probabilities, is an output of the network and goes nowhere else.
    /// </summary>
    private static bool LeadsToOutput(Value value) =>
        value.IsGraphOutput || (value.Uses.Count > 0 && value.Uses.All(use => Finishes(use.Node) && LeadsToOutput(use.Node.Output)));

    private static bool Finishes(Node node) => IsStandard(node, Moving) || IsStandard(node, Finishing)
        || (IsStandard(node, Elementwise) && Operands(node).Any(operand => operand.Constant is not null));

    /// <summary>Relu, or a Clip from zero upwards: its lower bound becomes the zero point 0, its upper bound that of the range.</summary>
    private static bool IsActivation(Node node) => node.Is("Relu") || (node.Is("Clip")
        && node.Inputs.Skip(1).All(bound => bound is null or { Constant.ElementType: ElementType.Float })
        && (node.Input(1)?.Constant?.AsSpan<float>()[0] ?? node.Attributes.GetFloat("min", -1)) == 0);

    private static bool IsStandard(Node node, HashSet<string> operators) => operators.Contains(node.OpType) && node.Is(node.OpType);
}
