using System.Globalization;
using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;
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
        var allocation = new Allocation(_original, surveyed, _layers, _views, _collector, _output, _options, _settings, _parallel, _meter);
        Reconstruct(allocation.Decide());
        _meter.Finish();
        var outcomes = _layers.Choices.Select(choice => LayerOutcomes.Of(
            choice, _pruned.Graph, choice.Treatment, choice.Layer is null ? null : _errors[choice.Layer], choice.Why));
        return new(_pruned, [.. outcomes], _layers.Weights, null)
        {
            Notes = [.. allocation.Trials.Select(Describe)],
        };
    }

    private static string Describe(AllocationTrial trial) => string.Create(
        CultureInfo.InvariantCulture,
        $"Removals shared {1 - trial.Equality:P0} by cost and {trial.Equality:P0} evenly, {trial.Classifier:P0} of the classifier: the answers move by {trial.Shift:0.0000} nats before any fitting in sequence.");

    private List<SurveyedLayer> Survey()
    {
        var stream = new ActivationStream(_original, _views);
        var pruned = _layers.Pruned;
        var values = pruned.SelectMany(layer => new[] { layer.Input, layer.Output }).Distinct().ToList();
        var moments = pruned
            .Select(layer => new DenseMoments(
                layer, new(values.IndexOf(layer.Input), values.IndexOf(layer.Output)), Activation.Behind(layer.Output)))
            .ToList();
        using (var tap = stream.Open(values, fromCheckpoint: false))
        {
            var count = _settings.Split(_views.Count).Survey;
            _meter.Begin("surveying the original", SurveyWork);
            _collector.Collect(count, tap.Read, moments, done => _meter.Report((double)done / count));
        }

        _meter.Begin("working out what weights cost", TraceWork);
        return [.. moments.Select(Trace)];

        SurveyedLayer Trace(DenseMoments layer)
        {
            var found = layer.Finish();
            var equations = NormalEquations.Create(found, layer.Layer.ReadWeights(), _settings.DampingOf(layer.Layer));
            var share = layer.Layer == _layers.Classifier ? Allocation.ClassifierShares(_options, _settings).Max() : RowTraces.MostOfARow;
            var traces = RowTraces.Compute(equations, layer.Layer.Rows, share, _parallel);
            _meter.Report((double)(moments.IndexOf(layer) + 1) / moments.Count);
            return new(layer.Layer, traces, found, equations, layer.Activated);
        }
    }

    private void Reconstruct(IReadOnlyDictionary<PrunableLayer, LayerTarget> targets)
    {
        _meter.Begin("pruning and fitting", FitWork);
        var fit = new SequentialFit(_original, _pruned, _layers, _views, _collector, _options, _settings, _parallel);
        fit.Run(
            (layer, moments) => targets.GetValueOrDefault(layer) is { } target ? Prune(layer, (DenseMoments)moments, target) : null,
            layer => _meter.Report((double)(_errors.Count + 1) / _layers.Layers.Count),
            _errors);
    }

    private LayerFit Prune(PrunableLayer layer, DenseMoments collected, LayerTarget target)
    {
        var moments = collected.Finish();
        var equations = NormalEquations.Create(moments, layer.ReadWeights(), _settings.DampingOf(layer));
        // Rows differ from the survey a little, and are given room for it; those of the classifier all lose the same.
        var classifier = layer == _layers.Classifier;
        var traces = RowTraces.Compute(equations, layer.Rows, classifier ? target.LargestRow : target.LargestRow * 1.15, _parallel);
        var removals = classifier ? traces.Equal(target.Removals) : traces.Mixed(target.Removals, target.Worth, _settings.RowEquality);
        return LayerFit.Fit(moments, equations, traces, removals, _parallel);
    }
}
