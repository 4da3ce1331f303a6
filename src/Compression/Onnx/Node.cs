namespace Lineup.Compression.Onnx;

/// <summary>
/// One operator. It owns its outputs: a value becomes an output when the node is made. Its inputs count as uses of their values only
/// while the node is in a graph, so a node that was made and not added, or was removed, leaves no trace.
/// </summary>
public sealed class Node
{
    private readonly List<Value?> _inputs;
    private readonly List<Value?> _outputs;

    /// <param name="opType">The operator, such as Conv.</param>
    /// <param name="inputs">What it reads; null for an optional input that is left out.</param>
    /// <param name="outputs">Values that nothing produces yet; null for an optional output that nobody wants.</param>
    /// <param name="name">May be empty; need not be unique, but it is what messages show.</param>
    /// <param name="domain">Operator set; empty for the standard operators.</param>
    public Node(string opType, IEnumerable<Value?> inputs, IEnumerable<Value?> outputs, string name = "", string domain = "")
    {
        (OpType, Name, Domain) = (opType, name, domain);
        (_inputs, _outputs) = ([.. inputs], [.. outputs]);
        foreach (var output in _outputs)
        {
            if (output is null)
                continue;
            if (output.Producer is not null || output.Data is not null || output.IsGraphInput)
                throw new InvalidModelException($"{this} produces '{output.Name}', which is there already.");
            output.Producer = this;
        }
    }

    public string OpType { get; set; }

    public string Domain { get; set; }

    public string Name { get; set; }

    public IReadOnlyList<Value?> Inputs => _inputs;

    public IReadOnlyList<Value?> Outputs => _outputs;

    /// <summary>The first output, which every operator that matters here has.</summary>
    public Value Output => _outputs[0]!;

    public AttributeSet Attributes { get; } = [];

    /// <summary>The graph it is in; null before it is added and after it is removed.</summary>
    public Graph? Graph { get; private set; }

    /// <summary>What the file says of this node that Lineup does not model.</summary>
    internal ReadOnlyMemory<byte> Extra { get; init; }

    internal TensorData? ConstantValue => !Is("Constant") ? null
        : Attributes.GetTensor("value")
        ?? (Attributes.Contains("value_float") ? TensorData.Scalar(Attributes.GetFloat("value_float", 0))
        : Attributes.Contains("value_int") ? TensorData.Scalar(Attributes.GetInt("value_int", 0))
        : Attributes.GetFloats("value_floats") is { } floats ? TensorData.Create(floats.ToArray(), floats.Count)
        : Attributes.GetInts("value_ints") is { } ints ? TensorData.Create(ints.ToArray(), ints.Count)
        : null);

    /// <summary>True for the standard operator of that name.</summary>
    public bool Is(string opType) => OpType == opType && (Domain.Length == 0 || Domain == OnnxModel.StandardDomain);

    /// <summary>The input, or null where it is left out, be it by an empty name or by a list that ends before it.</summary>
    public Value? Input(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>Makes input <paramref name="index"/> read another value; null leaves it out. The list grows as needed.</summary>
    public void SetInput(int index, Value? value)
    {
        while (_inputs.Count <= index)
            _inputs.Add(null);
        if (Graph is not null)
            _inputs[index]?.RemoveUse(new(this, index));
        _inputs[index] = value;
        if (Graph is not null)
            value?.AddUse(new(this, index));
    }

    /// <summary>Gives up an optional output that nobody reads.</summary>
    public void DropOutput(int index)
    {
        if (_outputs[index] is not { } output)
            return;
        if (output.Uses.Count > 0 || output.IsGraphOutput)
            throw new InvalidOperationException($"'{output.Name}' is still read.");
        output.Producer = null;
        _outputs[index] = null;
    }

    /// <summary>Gives another set the attributes of this one, which are immutable.</summary>
    public void CopyAttributesTo(AttributeSet other)
    {
        foreach (var attribute in Attributes)
            other.Put(attribute);
    }

    public override string ToString() =>
        Name.Length > 0 ? $"{OpType} '{Name}'" : $"{OpType} of '{_outputs?.FirstOrDefault()?.Name}'";

    internal void Attach(Graph graph)
    {
        if (Graph is not null)
            throw new InvalidOperationException($"{this} is in a graph already.");
        Graph = graph;
        for (var i = 0; i < _inputs.Count; i++)
            _inputs[i]?.AddUse(new(this, i));
    }

    internal void Detach()
    {
        for (var i = 0; i < _inputs.Count; i++)
            _inputs[i]?.RemoveUse(new(this, i));
        Graph = null;
    }
}
