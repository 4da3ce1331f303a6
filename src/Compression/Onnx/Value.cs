namespace Lineup.Compression.Onnx;

/// <summary>A place where a value is read: input <paramref name="Index"/> of <paramref name="Node"/>.</summary>
public readonly record struct Use(Node Node, int Index);

/// <summary>
/// What flows along an edge of the graph: a graph input, an initializer, or the output of a node. Identity is the object, not the name.
/// It knows who makes it and who in the graph reads it; both are kept by <see cref="Node"/> and <see cref="Graph"/>.
/// </summary>
public sealed class Value(string name)
{
    private readonly List<Use> _uses = [];

    /// <summary>Unique in a graph, which <see cref="GraphValidator"/> checks; free to change otherwise.</summary>
    public string Name { get; set; } = name;

    /// <summary>The node that makes it; null for graph inputs and initializers.</summary>
    public Node? Producer { get; internal set; }

    /// <summary>The inputs that read it, of nodes in the graph, in the order in which they came to. Graph outputs do not count.</summary>
    public IReadOnlyList<Use> Uses => _uses;

    /// <summary>Element type; null where it is not known.</summary>
    public ElementType? Type { get; set; }

    /// <summary>Shape; null where not even the rank is known.</summary>
    public IReadOnlyList<Dimension>? Dims { get; set; }

    public bool IsGraphInput { get; internal set; }

    public bool IsGraphOutput { get; internal set; }

    /// <summary>The numbers of an initializer; null for all else. An initializer that is a graph input too is only a default.</summary>
    public TensorData? Data { get; private set; }

    /// <summary>The numbers, where they are the same in every run: an initializer that is no graph input, or a Constant node.</summary>
    public TensorData? Constant => Data is not null ? (IsGraphInput ? null : Data) : Producer?.ConstantValue;

    /// <summary>What the file says of this value that Lineup does not model.</summary>
    internal ReadOnlyMemory<byte> Extra { get; set; }

    /// <summary>Replaces the numbers of an initializer, and with them its type and shape.</summary>
    public void SetData(TensorData data)
    {
        if (Data is null)
            throw new InvalidOperationException($"'{Name}' is no initializer.");
        Initialize(data);
    }

    /// <summary>
    /// Makes every node of the graph that reads this value read <paramref name="to"/>, but for <paramref name="except"/>. Graph outputs
    /// stay: see <see cref="Graph.TryReplace"/>.
    /// </summary>
    public void RedirectUses(Value to, Node? except = null)
    {
        foreach (var use in _uses.ToArray())
        {
            if (use.Node != except)
                use.Node.SetInput(use.Index, to);
        }
    }

    /// <summary>The shape as sizes, or null where a side or the rank is not known.</summary>
    public long[]? StaticShape() =>
        Dims is not null && Dims.All(dim => dim.Size is not null) ? Dims.Select(dim => dim.Size!.Value).ToArray() : null;

    public override string ToString() => $"{Name}: {Type?.ToString() ?? "?"}{(Dims is null ? "" : $"[{string.Join(", ", Dims)}]")}";

    internal void Initialize(TensorData data)
    {
        Data = data;
        Type = data.ElementType;
        Dims = data.Dims.ToArray().Select(Dimension.FromInt64).ToArray();
    }

    internal void ClearData() => Data = null;

    internal void AddUse(Use use) => _uses.Add(use);

    internal void RemoveUse(Use use) => _uses.Remove(use);
}
