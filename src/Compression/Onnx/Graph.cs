namespace Lineup.Compression.Onnx;

/// <summary>
/// Nodes in topological order with what they read and make. Its methods keep producers and uses right; order and names are the caller's
/// care, which <see cref="GraphValidator"/> checks. Not thread-safe.
/// </summary>
public sealed class Graph
{
    private readonly List<Value> _inputs = [];
    private readonly List<Value> _outputs = [];
    private readonly List<Value> _initializers = [];
    private readonly List<Node> _nodes = [];

    public string Name { get; set; } = "";

    public IReadOnlyList<Value> Inputs => _inputs;

    public IReadOnlyList<Value> Outputs => _outputs;

    public IReadOnlyList<Value> Initializers => _initializers;

    /// <summary>In topological order. Copy it (<c>[.. graph.Nodes]</c>) before a loop that adds or removes.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What the file says of this graph that Lineup does not model.</summary>
    internal ReadOnlyMemory<byte> Extra { get; init; }

    /// <summary>Every value once: inputs, initializers, then outputs of nodes in their order.</summary>
    public IEnumerable<Value> Values() =>
        _inputs.Concat(_initializers.Where(value => !value.IsGraphInput))
            .Concat(_nodes.SelectMany(node => node.Outputs).OfType<Value>());

    /// <summary>The value of that name, or null. It looks through the whole graph.</summary>
    public Value? Find(string name) => Values().FirstOrDefault(value => value.Name == name);

    /// <summary><paramref name="stem"/> if no value has that name, otherwise the first free of stem_1, stem_2 and so on.</summary>
    public string UniqueName(string stem)
    {
        var taken = Values().Select(value => value.Name).ToHashSet();
        var name = stem;
        for (var i = 1; taken.Contains(name); i++)
            name = $"{stem}_{i}";
        return name;
    }

    public Value AddInput(Value value)
    {
        value.IsGraphInput = true;
        _inputs.Add(value);
        return value;
    }

    /// <summary>Takes a value off the inputs; an initializer thereby becomes a constant.</summary>
    public void RemoveInput(Value value)
    {
        value.IsGraphInput = false;
        _inputs.Remove(value);
    }

    public void AddOutput(Value value)
    {
        value.IsGraphOutput = true;
        _outputs.Add(value);
    }

    public void RemoveOutput(Value value)
    {
        value.IsGraphOutput = false;
        _outputs.Remove(value);
    }

    public Value AddInitializer(string name, TensorData data) => AddInitializer(new Value(name), data);

    /// <summary>Gives a value its numbers; it may be a graph input, for which they are the default.</summary>
    public Value AddInitializer(Value value, TensorData data)
    {
        if (value.Producer is not null || value.Data is not null)
            throw new InvalidModelException($"Initializer '{value.Name}' is there already.");
        value.Initialize(data);
        _initializers.Add(value);
        return value;
    }

    /// <summary>Removes an initializer that nothing reads.</summary>
    public void RemoveInitializer(Value value)
    {
        if (value.Uses.Count > 0 || value.IsGraphOutput)
            throw new InvalidOperationException($"Initializer '{value.Name}' is still read.");
        value.ClearData();
        _initializers.Remove(value);
    }

    /// <summary>Removes the initializer if nothing reads it any more; other values are left alone.</summary>
    public void RemoveIfUnused(Value? value)
    {
        if (value is { Data: not null, Uses.Count: 0, IsGraphOutput: false, IsGraphInput: false })
            RemoveInitializer(value);
    }

    public Node Append(Node node) => Insert(_nodes.Count, node);

    /// <summary>Puts a node where <see cref="Nodes"/> then has it at <paramref name="index"/>.</summary>
    public Node Insert(int index, Node node)
    {
        node.Attach(this);
        _nodes.Insert(index, node);
        return node;
    }

    public Node InsertBefore(Node anchor, Node node) => Insert(IndexOf(anchor), node);

    public Node InsertAfter(Node anchor, Node node) => Insert(IndexOf(anchor) + 1, node);

    /// <summary>Removes a node whose outputs nothing reads.</summary>
    public void Remove(Node node)
    {
        if (node.Outputs.FirstOrDefault(output => output is { Uses.Count: > 0 } or { IsGraphOutput: true }) is { } read)
            throw new InvalidOperationException($"{node} cannot go: '{read.Name}' is still read.");
        _nodes.RemoveAt(IndexOf(node));
        node.Detach();
    }

    /// <summary>
    /// Puts <paramref name="to"/> in the place of <paramref name="from"/> for all who read it, the graph's outputs among them: the names
    /// of these are the model's interface, so there the two swap names. False, and nothing done, where that cannot be: both are outputs,
    /// or <paramref name="to"/> is an input or an initializer.
    /// </summary>
    public bool TryReplace(Value from, Value to)
    {
        if (from.IsGraphOutput)
        {
            if (to.IsGraphOutput || to.IsGraphInput || to.Data is not null)
                return false;
            _outputs[_outputs.IndexOf(from)] = to;
            (from.IsGraphOutput, to.IsGraphOutput) = (false, true);
            (from.Name, to.Name) = (to.Name, from.Name);
            (to.Type, to.Dims, to.Extra) = (from.Type, from.Dims, from.Extra);
        }

        from.RedirectUses(to);
        return true;
    }

    /// <summary>Puts nodes in topological order, moving as few as needed.</summary>
    /// <exception cref="InvalidModelException">The nodes form a cycle.</exception>
    public void SortTopologically()
    {
        var sorted = new List<Node>(_nodes.Count);
        var placed = new HashSet<Node>();
        while (sorted.Count < _nodes.Count)
        {
            var before = sorted.Count;
            foreach (var node in _nodes)
            {
                if (!placed.Contains(node) && node.Inputs.All(input => input?.Producer is not { } producer || placed.Contains(producer)))
                {
                    placed.Add(node);
                    sorted.Add(node);
                }
            }

            if (sorted.Count == before)
            {
                var stuck = _nodes.First(node => !placed.Contains(node));
                throw new InvalidModelException($"{stuck} waits for itself: the nodes form a cycle.");
            }
        }

        _nodes.Clear();
        _nodes.AddRange(sorted);
    }

    private int IndexOf(Node node)
    {
        var index = _nodes.IndexOf(node);
        return index >= 0 ? index : throw new InvalidOperationException($"{node} is not in this graph.");
    }
}
