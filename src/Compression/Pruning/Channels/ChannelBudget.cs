using Lineup.Compression.Onnx;

namespace Lineup.Compression.Pruning.Channels;

/// <summary>Shares the removal of channels among the spaces: by what a channel costs the answers for each multiply-add that it saves.</summary>
internal sealed class ChannelBudget(LayerSet layers, ChannelSpaces spaces, IReadOnlyDictionary<PrunableLayer, long> uses, int multiple)
{
    /// <summary>Spaces below this many channels are cut in halves of <c>multiple</c>.</summary>
    private const int Small = 64;

    /// <summary>Channels that each space loses.</summary>
    /// <exception cref="UnsupportedModelException">There are not enough of them.</exception>
    public int[] Share(IReadOnlyList<ChannelTrace> traces, double reduction)
    {
        var before = MultiplyAdds(new Dictionary<ChannelSpace, int>());
        var goal = (1 - reduction) * before;
        var saved = traces.Select(trace => Saved(trace.Space, before)).ToArray();
        var removals = new int[traces.Count];
        while (MultiplyAdds(Left()) > goal)
        {
            var best = -1;
            var least = double.PositiveInfinity;
            for (var i = 0; i < traces.Count; i++)
            {
                var step = Step(traces[i].Space);
                if (removals[i] + step > traces[i].Order.Length)
                    continue;
                var cost = traces[i].Costs.Skip(removals[i]).Take(step).Sum() / (step * saved[i]);
                if (cost < least)
                    (best, least) = (i, cost);
            }

            if (best < 0)
            {
                throw new UnsupportedModelException(
                    $"The model cannot lose {reduction:P0} of its multiply-adds with the channels that may go, only {1 - ((double)MultiplyAdds(Left()) / before):P0}. Ask for less, or bring more pictures.");
            }

            removals[best] += Step(traces[best].Space);
        }

        return removals;

        Dictionary<ChannelSpace, int> Left() => traces.Zip(removals).ToDictionary(pair => pair.First.Space, pair => pair.First.Space.Channels - pair.Second);
    }

    /// <summary>ONNX Runtime computes channels in blocks (16 with AVX-512, 8 with AVX2): a part of a block takes as long as a whole one.</summary>
    private int Step(ChannelSpace space) => space.Channels < Small ? Math.Max(1, multiple / 2) : multiple;

    private double Saved(ChannelSpace space, long before) =>
        before - MultiplyAdds(new Dictionary<ChannelSpace, int> { [space] = space.Channels - 1 });

    private long MultiplyAdds(Dictionary<ChannelSpace, int> left) => layers.Layers.Sum(layer =>
    {
        long rows = Count(spaces.Of(layer.Output));
        var inputs = layer.Kind == LayerKind.Depthwise ? layer.Taps
            : spaces.Read(layer) is { } read ? Count(read) * layer.Taps
            : layer.Inputs;
        return rows * inputs * uses[layer];

        int Count(IReadOnlyList<ChannelSpace> of) => of.Sum(space => left.GetValueOrDefault(space, space.Channels));
    });
}
