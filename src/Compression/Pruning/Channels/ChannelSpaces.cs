using Lineup.Compression.Onnx;

namespace Lineup.Compression.Pruning.Channels;

/// <summary>
/// Channels that stand or fall together: those of one convolution's output and of everything that passes them on, joined by additions,
/// whose two sides must lose the same ones.
/// </summary>
internal sealed class ChannelSpace(int channels)
{
    public int Channels => channels;

    /// <summary>Layers that make the channels: dense convolutions, one row a channel.</summary>
    public List<PrunableLayer> Producers { get; } = [];

    /// <summary>Depthwise convolutions within the space.</summary>
    public List<PrunableLayer> Depthwise { get; } = [];

    /// <summary>Layers that read the channels, and from which of their input channels on.</summary>
    public List<(PrunableLayer Layer, int Offset)> Consumers { get; } = [];

    /// <summary>Why no channel may go; null if they may.</summary>
    public string? Fixed { get; set; }
}

/// <summary>Finds the spaces of a graph and which value has which.</summary>
internal sealed class ChannelSpaces
{
    private static readonly HashSet<string> PassedOn =
    [
        "Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Identity", "Dropout", "MaxPool", "AveragePool",
        "GlobalAveragePool", "GlobalMaxPool",
    ];

    private readonly Dictionary<Value, List<Space>> _of = [];
    private readonly List<Space> _all = [];
    private readonly Dictionary<Space, ChannelSpace> _final = [];

    public ChannelSpaces(OnnxModel model, LayerSet layers)
    {
        var byNode = layers.Layers.ToDictionary(layer => layer.Node);
        foreach (var input in model.Graph.Inputs)
            _of[input] = [New(1, "it is the model's input")];
        foreach (var node in model.Graph.Nodes)
            Follow(node, byNode.GetValueOrDefault(node));
        foreach (var output in model.Graph.Outputs)
            Fix(output, "it is the model's output");

        foreach (var space in _all)
        {
            var root = space.Root;
            if (!_final.TryGetValue(root, out var final))
                _final[root] = final = new(root.Channels);
            final.Fixed ??= space.Fixed;
        }

        foreach (var layer in layers.Layers)
        {
            var (made, read) = (_of[layer.Output], _of[layer.Input]);
            if (layer.Kind == LayerKind.Depthwise)
            {
                foreach (var space in read)
                    Final(space).Depthwise.Add(layer);
                continue;
            }

            Final(made[0]).Producers.Add(layer);
            var offset = 0;
            foreach (var space in Read(layer) is null ? [] : read)
            {
                Final(space).Consumers.Add((layer, offset));
                offset += space.Root.Channels;
            }
        }

        Prunable = [.. _final.Values.Where(space => space is { Fixed: null, Consumers.Count: > 0, Producers.Count: > 0 })];
    }

    /// <summary>Spaces that may lose channels.</summary>
    public IReadOnlyList<ChannelSpace> Prunable { get; }

    /// <summary>The spaces of a value's channels, in their order.</summary>
    public IReadOnlyList<ChannelSpace> Of(Value value) => [.. _of[value].Select(Final)];

    /// <summary>
    /// The spaces that a layer reads; null where it reads the picture, or what an unknown operator makes, which is never cut.
    /// </summary>
    public IReadOnlyList<ChannelSpace>? Read(PrunableLayer layer)
    {
        var spaces = Of(layer.Input);
        return spaces.Sum(space => space.Channels) * layer.Taps == layer.Inputs ? spaces : null;
    }

    private ChannelSpace Final(Space space) => _final[space.Root];

    private void Follow(Node node, PrunableLayer? layer)
    {
        var inputs = node.Inputs.OfType<Value>().Where(value => value.Constant is null && _of.ContainsKey(value)).ToArray();
        if (layer is { Kind: not LayerKind.Depthwise })
        {
            _of[node.Output] = [New(layer.Rows, null)];
        }
        else if (inputs.Length > 0 && (layer is not null || PassesOn(node)))
        {
            _of[node.Output] = _of[inputs[0]];
            // A depthwise convolution over several spaces would need its rows cut in pieces.
            if (layer is not null && _of[inputs[0]].Count > 1)
                Fix(inputs[0], "a depthwise convolution reads it together with others");
        }
        else if (node.Is("Add") && inputs.Length == 2 && _of[inputs[0]].Count == _of[inputs[1]].Count
            && _of[inputs[0]].Zip(_of[inputs[1]]).All(pair => pair.First.Root.Channels == pair.Second.Root.Channels))
        {
            foreach (var (a, b) in _of[inputs[0]].Zip(_of[inputs[1]]))
                Join(a, b);
            _of[node.Output] = _of[inputs[0]];
        }
        else if (node.Is("Concat") && node.Attributes.GetInt("axis", 0) == 1 && inputs.Length == node.Inputs.Count)
        {
            _of[node.Output] = [.. inputs.SelectMany(input => _of[input])];
        }
        else
        {
            foreach (var input in inputs)
                Fix(input, $"{node} reads it");
            foreach (var output in node.Outputs.OfType<Value>())
                _of[output] = [New(1, $"{node} makes it")];
        }
    }

    private static bool PassesOn(Node node)
    {
        if (PassedOn.Contains(node.OpType) && node.Domain.Length == 0 && node.Outputs.OfType<Value>().Count() == 1)
            return true;
        // One value a channel: the features are the channels.
        return node.Is("Flatten") && node.Attributes.GetInt("axis", 1) == 1 && (
            node.Input(0)!.Producer is { } producer && (producer.Is("GlobalAveragePool") || producer.Is("GlobalMaxPool")));
    }

    private void Fix(Value value, string why)
    {
        foreach (var space in _of.GetValueOrDefault(value) ?? [])
            space.Fixed ??= why;
    }

    private Space New(int channels, string? why)
    {
        var space = new Space(channels) { Fixed = why };
        _all.Add(space);
        return space;
    }

    private static void Join(Space a, Space b)
    {
        if (a.Root != b.Root)
            b.Root.Parent = a.Root;
    }

    private sealed class Space(int channels)
    {
        public int Channels => channels;

        public Space? Parent { get; set; }

        public string? Fixed { get; set; }

        public Space Root => Parent?.Root ?? this;
    }
}
