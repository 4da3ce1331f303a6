using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>Appends nodes to a graph, one call an operator, with names of its own for what they make.</summary>
internal sealed class Emitter(Graph graph)
{
    /// <summary>Names that begin with this are the emitter's; a model that uses it already is refused.</summary>
    public const string Prefix = "step/";

    private readonly Dictionary<string, Value> _constants = [];
    private int _count;
    private int _nodes;

    /// <summary>The part of the step that is being written, by which profiles tell parts from each other: the beginning of nodes' names.</summary>
    public string Part { get; set; } = "forward";

    public Graph Graph => graph;

    /// <summary>A name for a node: part, operator, number.</summary>
    public string NewName(string opType) => $"{Part}/{opType}/{_nodes++}";

    public Value Op(string opType, params ReadOnlySpan<Value?> inputs) => Op(opType, inputs, null);

    public Value Op(string opType, ReadOnlySpan<Value?> inputs, Action<AttributeSet>? attributes)
    {
        var node = new Node(opType, inputs.ToArray(), [NewValue(opType)], NewName(opType));
        attributes?.Invoke(node.Attributes);
        return graph.Append(node).Output;
    }

    /// <summary>A node of several outputs.</summary>
    public IReadOnlyList<Value> Ops(string opType, int outputs, ReadOnlySpan<Value?> inputs, Action<AttributeSet>? attributes = null)
    {
        var node = new Node(opType, inputs.ToArray(), Enumerable.Range(0, outputs).Select(_ => NewValue(opType)), NewName(opType));
        attributes?.Invoke(node.Attributes);
        return [.. graph.Append(node).Outputs.Select(output => output!)];
    }

    /// <summary>A float32 scalar; equal ones are made once.</summary>
    public Value Scalar(double value) => Constant($"scalar {(float)value:R}", () => TensorData.Scalar((float)value));

    /// <summary>A list of integers: axes, shapes, bounds; equal ones are made once.</summary>
    public Value Ints(params ReadOnlySpan<long> values)
    {
        var list = values.ToArray();
        return Constant($"ints {string.Join(' ', list)}", () => TensorData.Create(list, list.Length));
    }

    public Value Constant(TensorData data) => graph.AddInitializer($"{Prefix}constant/{_count++}", data);

    /// <summary>A tensor with the same number everywhere; equal ones are made once.</summary>
    public Value Filled(float value, params ReadOnlySpan<long> dims)
    {
        var shape = dims.ToArray();
        return Constant(
            $"filled {value:R} {string.Join(' ', shape)}",
            () => TensorData.Create<float, float>(shape, value, static (numbers, value) => numbers.Fill(value)));
    }

    public Value Add(Value left, Value right) => Op("Add", left, right);

    public Value Sub(Value left, Value right) => Op("Sub", left, right);

    public Value Mul(Value left, Value right) => Op("Mul", left, right);

    public Value Mul(Value left, double right) => right == 1 ? left : Op("Mul", left, Scalar(right));

    public Value Div(Value left, Value right) => Op("Div", left, right);

    public Value Reshape(Value value, params ReadOnlySpan<long> shape) => Op("Reshape", value, Ints(shape));

    public Value Sum(Value value, bool keep, params ReadOnlySpan<long> axes) =>
        Op("ReduceSum", [value, Ints(axes)], node => node.Set("keepdims", keep ? 1L : 0L));

    /// <summary>
    /// Sums over all but the channels, [N, C, ...] to [C]. First within a picture, then over pictures: each is a sum over neighbours in
    /// memory, and together they take a fifth of the time of a sum over both at once (measured).
    /// </summary>
    public Value SumOfChannels(Value value, int rank)
    {
        var inner = Enumerable.Range(2, rank - 2).Select(axis => (long)axis).ToArray();
        return Sum(inner.Length == 0 ? value : Sum(value, false, inner), false, 0);
    }

    public Value Transpose(Value value, params ReadOnlySpan<long> order)
    {
        var perm = order.ToArray();
        return Op("Transpose", [value], node => node.Set("perm", perm));
    }

    /// <summary>The part from <paramref name="start"/> to before <paramref name="end"/> of one axis.</summary>
    public Value Slice(Value value, long axis, long start, long end, long step = 1) =>
        Op("Slice", value, Ints(start), Ints(end), Ints(axis), Ints(step));

    /// <summary>Gives a value of as many elements the name, the shape and the place of an output of the graph.</summary>
    public void Output(Value value, string name, params ReadOnlySpan<long> shape)
    {
        var output = new Value(name) { Type = ElementType.Float, Dims = [.. shape.ToArray().Select(Dimension.FromInt64)] };
        var node = shape.Length > 1
            ? new Node("Reshape", [value, Ints(shape)], [output], NewName("Reshape"))
            : new Node("Identity", [value], [output], NewName("Identity"));
        graph.Append(node);
        graph.AddOutput(output);
    }

    private Value NewValue(string opType) => new($"{Prefix}{opType}/{_count++}");

    private Value Constant(string key, Func<TensorData> make)
    {
        if (!_constants.TryGetValue(key, out var value))
            _constants[key] = value = Constant(make());
        return value;
    }
}
