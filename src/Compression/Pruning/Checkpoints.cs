using Lineup.Compression.Onnx;
using Lineup.Inference.Imaging;

namespace Lineup.Compression.Pruning;

/// <summary>
/// Moves the checkpoints of both streams forward as layers are finished: to the last value that everything later passes through and that
/// fits into memory, for all views or else for those that early layers use.
/// </summary>
internal sealed class Checkpoints
{
    private readonly ActivationStream _original;
    private readonly ActivationStream _pruned;
    private readonly CalibrationViews _views;
    private readonly MomentCollector _collector;
    private readonly int _earlyViews;
    private readonly long _bytes;

    /// <summary>Places between nodes where one value alone is alive, with the node before and the value in both models.</summary>
    private readonly Queue<(int After, Value Original, Value Pruned)> _cuts = [];

    public Checkpoints(
        OnnxModel originalModel, OnnxModel prunedModel, ActivationStream original, ActivationStream pruned, CalibrationViews views,
        MomentCollector collector, long bytes, int earlyViews)
    {
        (_original, _pruned, _views, _collector, _bytes, _earlyViews) = (original, pruned, views, collector, bytes, earlyViews);
        var nodes = originalModel.Graph.Nodes;
        var place = nodes.Select((node, i) => (node, i)).ToDictionary(pair => pair.node, pair => pair.i);
        for (var i = 0; i < nodes.Count - 1; i++)
        {
            var alive = originalModel.Graph.Inputs.Where(input => input.Data is null)
                .Concat(nodes.Take(i + 1).SelectMany(node => node.Outputs).OfType<Value>())
                .Where(value => value.Constant is null && (value.IsGraphOutput || value.Uses.Any(use => place[use.Node] > i)))
                .Take(2)
                .ToArray();
            if (alive is [{ Producer: { } producer } cut] && !cut.IsGraphOutput)
                _cuts.Enqueue((i, cut, prunedModel.Graph.Nodes[place[producer]].Outputs.First(output => output?.Name == cut.Name)!));
        }
    }

    /// <summary>All nodes before <paramref name="index"/> are final.</summary>
    public void Advance(int index)
    {
        (int After, Value Original, Value Pruned)? best = null;
        while (_cuts.TryPeek(out var cut) && cut.After < index)
            best = _cuts.Dequeue();
        if (best is not { } chosen)
            return;

        using var first = _original.Open([chosen.Original], _original.Kept > 0);
        using var second = _pruned.Open([chosen.Pruned], _original.Kept > 0);
        long size;
        using (var decoder = new TensorDecoder(new()))
        using (var values = first.Read(0, decoder))
            size = 2L * values.Values[0].Bytes.Length;
        var early = Math.Min(_views.Count, _earlyViews);
        var count = size * _views.Count <= _bytes ? _views.Count : size * early <= _bytes ? early : 0;
        if (count == 0)
            return;
        // Who has not been brought along so far starts from the picture.
        var (kept, keptPruned) = (new TensorData[count], new TensorData[count]);
        using var firstStart = _original.Open([chosen.Original], false);
        using var secondStart = _pruned.Open([chosen.Pruned], false);
        var known = _original.Kept;
        _collector.ForEach(count, (view, decoder) =>
        {
            kept[view] = Read(view < known ? first : firstStart);
            keptPruned[view] = Read(view < known ? second : secondStart);
            _original.Forget(view);
            _pruned.Forget(view);

            TensorData Read(ActivationStream.Tap tap)
            {
                using var values = tap.Read(view, decoder);
                return TensorData.Create(values.Values[0].AsSpan<float>(), values.Values[0].Dims);
            }
        });
        _original.Keep(chosen.Original, kept);
        _pruned.Keep(chosen.Pruned, keptPruned);

        // Large arrays are collected in the last generation alone, which a machine with much memory puts off for gigabytes.
        GC.Collect();
    }
}
