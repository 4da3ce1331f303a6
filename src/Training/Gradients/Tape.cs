using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>
/// A step in the making: which value of the step stands for which of the model, what rules remember from the way forward for the way
/// back, and the gradients gathered so far.
/// </summary>
internal sealed class Tape
{
    private readonly Dictionary<Value, Value> _values = [];
    private readonly Dictionary<Value, List<Value>> _gradients = [];
    private readonly Dictionary<Node, object> _memories = [];
    private readonly HashSet<Value> _needed;
    private readonly List<(string Name, Value Next)> _states = [];

    /// <param name="emitter">What the step is written with.</param>
    /// <param name="trained">The values of the model whose gradients are wanted.</param>
    public Tape(Emitter emitter, IEnumerable<Value> trained) => (Emit, _needed) = (emitter, [.. trained]);

    public Emitter Emit { get; }

    /// <summary>New values of what is moved by the pictures rather than by gradients, by name: running statistics.</summary>
    public IReadOnlyList<(string Name, Value Next)> States => _states;

    /// <summary>Whether normalisations use the statistics they came with.</summary>
    public bool FreezesNormalization { get; init; }

    /// <summary>What stays of a running statistic in a step.</summary>
    public double NormalizationMomentum { get; init; }

    /// <summary>The step's value for one of the model's; constants are taken over when they are first asked for.</summary>
    public Value Step(Value value)
    {
        if (_values.TryGetValue(value, out var own))
            return own;
        var data = value.Constant ?? throw new InvalidOperationException($"'{value.Name}' is read before it is made.");
        return _values[value] = Emit.Graph.AddInitializer(value.Name, data);
    }

    /// <summary>Says which value of the step stands for <paramref name="value"/>.</summary>
    public void Bind(Value value, Value step) => _values.Add(value, step);

    /// <summary>Whether the loss depends on the value through something that is trained.</summary>
    public bool Needs(Value? value) => value is not null && _needed.Contains(value);

    /// <summary>Sizes of a value of the model.</summary>
    public static long[] Shape(Value value) =>
        value.StaticShape() ?? throw new UnsupportedModelException($"The shape of '{value.Name}' is not known.");

    /// <summary>Adds the node as it stands in the model.</summary>
    public void Repeat(Node node)
    {
        var outputs = node.Outputs.Select(output => output is null ? null : new Value(output.Name)).ToArray();
        var copy = new Node(node.OpType, node.Inputs.Select(input => input is null ? null : Step(input)), outputs, Emit.NewName(node.OpType), node.Domain);
        node.CopyAttributesTo(copy.Attributes);
        Emit.Graph.Append(copy);
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is { } output)
                Bind(node.Outputs[i]!, output);
        }
    }

    /// <summary>Adds what the rule makes of the node, and notes what depends on trained values through it.</summary>
    public void Forward(Node node, IGradientRule rule)
    {
        rule.Forward(node, this);
        if (node.Inputs.Any(Needs))
            _needed.UnionWith(node.Outputs.OfType<Value>());
    }

    /// <summary>Keeps something for <see cref="Recall"/> on the way back.</summary>
    public void Remember(Node node, object memory) => _memories.Add(node, memory);

    public T Recall<T>(Node node) => (T)_memories[node];

    /// <summary>Gives a running statistic its new value.</summary>
    public void Carry(Value statistic, Value next) => _states.Add((statistic.Name, next));

    /// <summary>Adds to the gradient of a value of the model, in that value's shape.</summary>
    public void Accumulate(Value value, Value gradient)
    {
        if (!_gradients.TryGetValue(value, out var parts))
            _gradients[value] = parts = [];
        parts.Add(gradient);
    }

    /// <summary>The sum of what was added for the value, or null where nothing was.</summary>
    public Value? Gradient(Value value)
    {
        if (!_gradients.TryGetValue(value, out var parts))
            return null;
        if (parts.Count > 1)
            _gradients[value] = parts = [parts.Count == 2 ? Emit.Add(parts[0], parts[1]) : Emit.Op("Sum", [.. parts])];
        return parts[0];
    }
}
