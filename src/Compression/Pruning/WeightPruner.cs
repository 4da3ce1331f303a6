using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Pruning;

/// <summary>
/// Removes single weights by reconstruction. First a survey of the original finds what each layer bears. Then layer after layer, in
/// the order of the graph, is pruned and fitted so that from the pruned model's activations it makes the original's output.
/// </summary>
internal sealed class WeightPruner
{
    // How long the stages take, relative to each other; measured on MobileNetV2.
    private const double SurveyWork = 10;
    private const double TraceWork = 25;
    private const double AllocationWork = 20;
    private const double FitWork = 80;

    private readonly OnnxModel _original;
    private readonly OnnxModel _pruned;
    private readonly LayerSet _layers;
    private readonly PruningOptions _options;
    private readonly PruningSettings _settings;
    private readonly CalibrationViews _views;
    private readonly ParallelOptions _parallel;
    private readonly MomentCollector _collector;
    private readonly ModelOutput _output;
    private readonly ProgressMeter _meter;
    private readonly Dictionary<PrunableLayer, double> _errors = [];

    public WeightPruner(
        OnnxModel original, LayerSet layers, CalibrationViews views, ModelOutput output, PruningOptions options, PruningSettings settings,
        IProgress<PruningProgress>? progress, CancellationToken cancellationToken)
    {
        (_original, _layers, _views, _output, _options, _settings) = (original, layers, views, output, options, settings);
        _pruned = original.Clone();
        _parallel = new() { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken };
        _collector = new(_parallel);
        _meter = new(progress, SurveyWork + TraceWork + AllocationWork + FitWork);
    }

    public PruningResult Run()
    {
        var surveyed = Survey();
        _meter.Begin("measuring what each layer means to the answers", AllocationWork);
        var targets = new Allocation(_original, surveyed, _layers, _views, _collector, _output, _options, _settings, _parallel, _meter).Decide();
        Reconstruct(targets);
        _meter.Finish();
        var outcomes = _layers.Choices.Select(choice => LayerOutcomes.Of(
            choice, _pruned.Graph, choice.Treatment, choice.Layer is null ? null : _errors[choice.Layer], choice.Why));
        return new(_pruned, [.. outcomes], _layers.Weights, null);
    }

    private List<SurveyedLayer> Survey()
    {
        var stream = new ActivationStream(_original, _views);
        // The classifier's share is given, so nobody needs to know what it bears.
        var pruned = _layers.Pruned.Where(layer => layer != _layers.Classifier).ToList();
        var values = pruned.SelectMany(layer => new[] { layer.Input, layer.Output }).Distinct().ToList();
        var moments = pruned
            .Select(layer => new DenseMoments(
                layer, new(values.IndexOf(layer.Input), values.IndexOf(layer.Output)), Activation.Behind(layer.Output)))
            .ToList();
        using (var tap = stream.Open(values, fromCheckpoint: false))
        {
            var count = Math.Min(_settings.SurveyViews, _views.Count);
            _meter.Begin("surveying the original", SurveyWork);
            _collector.Collect(count, tap.Read, moments, done => _meter.Report((double)done / count));
        }

        _meter.Begin("working out what weights cost", TraceWork);
        return [.. moments.Select(Trace)];

        SurveyedLayer Trace(DenseMoments layer)
        {
            var found = layer.Finish();
            var equations = NormalEquations.Create(found, layer.Layer.ReadWeights(), Damping(layer.Layer));
            var traces = RowTraces.Compute(equations, layer.Layer.Rows, RowTraces.MostOfARow, _parallel);
            _meter.Report((double)(moments.IndexOf(layer) + 1) / moments.Count);
            return new(layer.Layer, traces, found, equations, layer.Activated);
        }
    }

    private double Damping(PrunableLayer layer) => layer.Kind == LayerKind.Gemm ? _settings.GemmDamping : _settings.Damping;

    private void Reconstruct(IReadOnlyDictionary<PrunableLayer, LayerTarget> targets)
    {
        var (original, pruned) = (new ActivationStream(_original, _views), new ActivationStream(_pruned, _views));
        var checkpoints = new Checkpoints(_original, _pruned, original, pruned, _views, _collector, _options.ActivationBytes);
        _meter.Begin("pruning and fitting", FitWork);
        foreach (var layer in _layers.Layers)
        {
            checkpoints.Advance(layer.Index);
            var moments = Collect(layer, original, pruned);
            var target = targets.GetValueOrDefault(layer);
            var fit = moments is DepthwiseMoments depthwise ? Refit(layer, depthwise)
                : target is null ? Refit(layer, (DenseMoments)moments)
                : Prune(layer, (DenseMoments)moments, target);
            layer.Of(_pruned.Graph).Write(fit.Weights, fit.Bias);
            _errors[layer] = fit.Error;
            _meter.Report((double)_errors.Count / _layers.Layers.Count);
        }
    }

    private LayerMoments Collect(PrunableLayer layer, ActivationStream original, ActivationStream pruned)
    {
        var copy = layer.Of(_pruned.Graph);
        var shortcut = _settings.MendShortcuts ? Shortcut(layer) : null;
        Value[] fromOriginal = [shortcut?.Add.Output ?? layer.Output];
        Value[] fromPruned = shortcut is { } found
            ? [copy.Input, _pruned.Graph.Nodes[_original.Graph.Nodes.ToList().IndexOf(found.Add)].Input(found.Other)!]
            : [copy.Input];
        var all = original.Kept == _views.Count;
        var fromCheckpoint = original.Kept > 0;
        var views = all ? _views.Count : Math.Min(_views.Count, _settings.EarlyViews);
        using var first = original.Open(fromOriginal, fromCheckpoint);
        using var second = pruned.Open(fromPruned, fromCheckpoint);
        var moments = LayerMoments.For(layer, new(1, 0, shortcut is null ? -1 : 2));
        _collector.Collect(views, (view, decoder) => first.Read(view, decoder).Concat(second.Read(view, decoder)), [moments]);
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

    private LayerFit Prune(PrunableLayer layer, DenseMoments collected, LayerTarget target)
    {
        var moments = collected.Finish();
        var equations = NormalEquations.Create(moments, layer.ReadWeights(), Damping(layer));
        // Rows differ from the survey a little, and are given room for it; those of the classifier all lose the same.
        var classifier = layer == _layers.Classifier;
        var traces = RowTraces.Compute(equations, layer.Rows, classifier ? target.LargestRow : target.LargestRow * 1.15, _parallel);
        var removals = classifier ? traces.Equal(target.Removals) : traces.Mixed(target.Removals, target.Worth, _settings.RowEquality);
        return LayerFit.Fit(moments, equations, traces, removals, _parallel);
    }

    private LayerFit Refit(PrunableLayer layer, DenseMoments collected)
    {
        var moments = collected.Finish();
        return LayerFit.Fit(moments, NormalEquations.Create(moments, layer.ReadWeights(), Damping(layer)), _parallel);
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
            var fit = LayerFit.Fit(moments, NormalEquations.Create(moments, own, _settings.Damping), one);
            fit.Weights.CopyTo(weights, channel * layer.Inputs);
            bias[channel] = fit.Bias[0];
            error += fit.Error * moments.VarianceY[0];
            variance += moments.VarianceY[0];
        }

        return new(weights, bias, error / Math.Max(double.Epsilon, variance));
    }
}
