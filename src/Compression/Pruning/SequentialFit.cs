using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>
/// Walks two models of the same nodes at once, the original and the one that is being changed, and fits each layer of the latter, in the
/// order of the graph, so that from what reaches it it makes what the original makes.
/// </summary>
internal sealed class SequentialFit(
    OnnxModel original, OnnxModel changed, LayerSet layers, CalibrationViews views, MomentCollector collector, PruningOptions options,
    PruningSettings settings, ParallelOptions parallel)
{
    private readonly ActivationStream _original = new(original, views);
    private readonly ActivationStream _changed = new(changed, views);

    /// <summary>Which of a layer's output channels the changed model still has; null for all.</summary>
    public Func<PrunableLayer, int[]?> Rows { get; init; } = _ => null;

    /// <summary>Steps of the grid that the weights of each row are brought onto, in layers that lose weights; null for none.</summary>
    public int? WeightSteps { get; init; }

    /// <param name="special">Fits a layer of the changed model in its own way; null leaves it to the usual one, which fits all weights.</param>
    /// <param name="done">Called with each layer of the original when it is finished.</param>
    /// <param name="errors">Takes what each layer misses.</param>
    public void Run(
        Func<PrunableLayer, LayerMoments, LayerFit?> special, Action<PrunableLayer> done, Dictionary<PrunableLayer, double> errors)
    {
        var checkpoints = new Checkpoints(original, changed, _original, _changed, views, collector, options.ActivationBytes, settings.EarlyViews);
        foreach (var layer in layers.Layers)
        {
            checkpoints.Advance(layer.Index);
            var own = layer.Of(changed.Graph);
            var moments = Collect(layer, own, places => LayerMoments.For(own, places));
            var fit = special(layer, moments)
                ?? (moments is DepthwiseMoments first ? Refit(own, first) : Refit(own, (DenseMoments)moments));
            fit = moments is DenseMoments dense ? Refine(layer, own, dense, fit) : Refine(layer, own, fit);
            own.Write(fit.Weights, fit.Bias);
            done(layer);
            errors[layer] = fit.Error;
        }
    }

    /// <summary>Fits again with regard to the clamp behind the layer, if there is one, and at last onto a grid, if one is asked for.</summary>
    private LayerFit Refine(PrunableLayer layer, PrunableLayer own, DenseMoments collected, LayerFit fit)
    {
        var moments = collected.Finish();
        var steps = layers.Pruned.Contains(layer) ? WeightSteps : null;
        var rounds = Activation.Behind(layer.Output) is null ? 0 : settings.ClampRounds;
        for (var round = 0; round < rounds; round++)
        {
            var targets = new ClampedTargets(Activation.Behind(layer.Output)!, fit, own.Inputs, moments.H);
            moments = ((DenseMoments)Collect(layer, own, places => new DenseMoments(own, places, null, targets))).Finish();
            fit = fit.Again(moments, Equations(), round == rounds - 1 ? steps : null, parallel);
        }

        return rounds == 0 && steps is not null ? fit.Again(moments, Equations(), steps, parallel) : fit;

        NormalEquations Equations() => NormalEquations.Create(moments, own.ReadWeights(), settings.DampingOf(layer));
    }

    /// <summary>The same for a depthwise layer.</summary>
    private LayerFit Refine(PrunableLayer layer, PrunableLayer own, LayerFit fit)
    {
        if (Activation.Behind(layer.Output) is not { } activation)
            return fit;
        for (var round = 0; round < settings.ClampRounds; round++)
            fit = Refit(own, (DepthwiseMoments)Collect(layer, own, places => new DepthwiseMoments(own, places, (activation, fit))));
        return fit;
    }

    private LayerMoments Collect(PrunableLayer layer, PrunableLayer own, Func<SamplePlaces, LayerMoments> create)
    {
        var shortcut = settings.MendShortcuts ? Shortcut(layer) : null;
        Value[] fromOriginal = [shortcut?.Add.Output ?? layer.Output];
        Value[] fromChanged = shortcut is { } found ? [own.Input, own.Output.Uses[0].Node.Input(found.Other)!] : [own.Input];
        var fromCheckpoint = _original.Kept > 0;
        var count = _original.Kept == views.Count ? views.Count : Math.Min(views.Count, settings.EarlyViews);
        using var first = _original.Open(fromOriginal, fromCheckpoint);
        using var second = _changed.Open(fromChanged, fromCheckpoint);
        var places = new SamplePlaces(1, 0, shortcut is null ? -1 : 2, Rows(layer));
        var moments = create(places);
        collector.Collect(count, (view, decoder) => first.Read(view, decoder).Concat(second.Read(view, decoder)), [moments]);
        return moments;
    }

    /// <summary>The addition that alone reads the layer's output, and which of its inputs is the other one.</summary>
    private static (Node Add, int Other)? Shortcut(PrunableLayer layer)
    {
        if (layer.Kind != LayerKind.Convolution || layer.Output.IsGraphOutput || layer.Output.Uses is not [{ Node: var add, Index: var index }])
            return null;
        if (!add.Is("Add") || add.Input(1 - index) is not { Constant: null } other)
            return null;
        // The other side must not wait for this layer.
        return DependsOn(other, layer.Node) ? null : (add, 1 - index);
    }

    private static bool DependsOn(Value value, Node node)
    {
        var seen = new HashSet<Node>();
        var open = new Stack<Value>([value]);
        while (open.TryPop(out var next))
        {
            if (next.Producer is not { } producer || !seen.Add(producer))
                continue;
            if (producer == node)
                return true;
            foreach (var input in producer.Inputs)
            {
                if (input is not null)
                    open.Push(input);
            }
        }

        return false;
    }

    private LayerFit Refit(PrunableLayer layer, DenseMoments collected)
    {
        var moments = collected.Finish();
        return LayerFit.Fit(moments, NormalEquations.Create(moments, layer.ReadWeights(), settings.DampingOf(layer)), parallel);
    }

    private LayerFit Refit(PrunableLayer layer, DepthwiseMoments collected)
    {
        var original = layer.ReadWeights();
        var (weights, bias) = (new float[layer.Count], new float[layer.Rows]);
        double error = 0, variance = 0;
        var one = new ParallelOptions { MaxDegreeOfParallelism = 1 };
        for (var channel = 0; channel < layer.Rows; channel++)
        {
            var moments = collected.Finish(channel);
            var own = original.AsSpan(channel * layer.Inputs, layer.Inputs);
            var fit = LayerFit.Fit(moments, NormalEquations.Create(moments, own, settings.Damping), one);
            fit.Weights.CopyTo(weights, channel * layer.Inputs);
            bias[channel] = fit.Bias[0];
            error += fit.Error * moments.VarianceY[0];
            variance += moments.VarianceY[0];
        }

        return new(weights, bias, error / Math.Max(double.Epsilon, variance));
    }
}
