using Lineup.Compression.Onnx;

namespace Lineup.Compression.Pruning.Channels;

/// <summary>Cuts channels out of a model. Nodes, their order and their names stay.</summary>
internal static class ChannelSlicer
{
    /// <summary>The channels of a value that stay, ascending.</summary>
    public static int[] Kept(IReadOnlyList<ChannelSpace> spaces, IReadOnlyDictionary<ChannelSpace, int[]> kept)
    {
        var channels = new List<int>();
        var offset = 0;
        foreach (var space in spaces)
        {
            channels.AddRange((kept.GetValueOrDefault(space) ?? Enumerable.Range(0, space.Channels)).Select(channel => offset + channel));
            offset += space.Channels;
        }

        return [.. channels];
    }

    public static OnnxModel Slice(OnnxModel model, LayerSet layers, ChannelSpaces spaces, IReadOnlyDictionary<ChannelSpace, int[]> kept)
    {
        var sliced = model.Clone();
        foreach (var layer in layers.Layers)
        {
            var rows = Kept(spaces.Of(layer.Output), kept);
            var node = sliced.Graph.Nodes[layer.Index];
            var old = node.Input(1)!.Data!;
            int[] inputs;
            if (layer.Kind == LayerKind.Depthwise)
            {
                inputs = [.. Enumerable.Range(0, layer.Taps)];
                node.Attributes.Set("group", (long)rows.Length);
            }
            else
            {
                inputs = spaces.Read(layer) is { } read
                    ? [.. Kept(read, kept).SelectMany(channel => Enumerable.Range(channel * layer.Taps, layer.Taps))]
                    : [.. Enumerable.Range(0, layer.Inputs)];
            }

            if (rows.Length == layer.Rows && inputs.Length == layer.Inputs)
                continue;
            var weights = layer.ReadWeights();
            var cut = new float[rows.Length * inputs.Length];
            for (var row = 0; row < rows.Length; row++)
            {
                for (var i = 0; i < inputs.Length; i++)
                    cut[(row * inputs.Length) + i] = weights[(rows[row] * layer.Inputs) + inputs[i]];
            }

            var bias = layer.ReadBias();
            PrunableLayer.Resize(node, cut, [.. rows.Select(row => bias[row])], inputs.Length / layer.Taps, old);
        }

        // What the file said of shapes in the middle holds no longer.
        foreach (var value in sliced.Graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().Where(value => !value.IsGraphOutput))
            value.Dims = null;
        return sliced;
    }
}
