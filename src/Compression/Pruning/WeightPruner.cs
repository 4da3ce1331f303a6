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
    private readonly LayerSet _layers;
    private readonly PruningOptions _options;
    private readonly PruningSettings _settings;
    private readonly CalibrationViews _views;
    private readonly ModelOutput _output;

    private ParallelOptions _parallel = new();
    private MomentCollector _collector = new(new());
    private ProgressMeter _meter = new(null, 1);
    private IReadOnlyDictionary<PrunableLayer, LayerTarget>? _targets;
    private IReadOnlyList<string> _notes = [];
    private string? _sharing;

    public WeightPruner(
        OnnxModel original, LayerSet layers, CalibrationViews views, ModelOutput output, PruningOptions options, PruningSettings settings) =>
        (_original, _layers, _views, _output, _options, _settings) = (original, layers, views, output, options, settings);

    /// <summary>Prunes. What the survey found is kept, so that a second time takes only the last of the stages. One thread at a time.</summary>
    /// <param name="weightSteps">Steps of the grid that each row's weights are brought onto; null for none.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public PruningResult Run(int? weightSteps, IProgress<PruningProgress>? progress, CancellationToken cancellationToken)
    {
        _parallel = new() { MaxDegreeOfParallelism = _options.Threads, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellationToken };
        _collector = new(_parallel);
        _meter = new(progress, FitWork + (_targets is null ? SurveyWork + TraceWork + AllocationWork : 0));
        if (_targets is null)
            _targets = Decide();

        _meter.Begin("pruning and fitting", FitWork);
        var (pruned, errors) = (_original.Clone(), new Dictionary<PrunableLayer, double>());
        var fit = new SequentialFit(_original, pruned, _layers, _views, _collector, _options, _settings, _parallel) { WeightSteps = weightSteps };
        fit.Run(
            (layer, moments) => _targets.GetValueOrDefault(layer) is { } target ? Prune(layer, (DenseMoments)moments, target) : null,
            layer => _meter.Report((double)(errors.Count + 1) / _layers.Layers.Count),
            errors);
        _meter.Finish();
        var outcomes = _layers.Choices.Select(choice => LayerOutcomes.Of(
            choice, pruned.Graph, choice.Treatment, choice.Layer is null ? null : errors[choice.Layer], choice.Why));
        return new(pruned, [.. outcomes], _layers.Weights, null) { Notes = _notes, Sharing = _sharing };
    }

    private Dictionary<PrunableLayer, LayerTarget> Decide()
    {
        var surveyed = Survey();
        _meter.Begin("measuring what each layer means to the answers", AllocationWork);
        var allocation = new Allocation(_original, surveyed, _layers, _views, _collector, _output, _options, _settings, _parallel, _meter);
        var targets = allocation.Decide();
        _sharing = Describe(allocation.Chosen);
        _notes = [.. allocation.Trials.Select(trial => string.Create(
            CultureInfo.InvariantCulture, $"{Describe(trial)}: the answers move by {trial.Shift:0.0000} nats before any fitting in sequence."))];
        return targets;
    }

    private static string Describe(AllocationTrial trial) => string.Create(
        CultureInfo.InvariantCulture,
        $"removals shared {100 * trial.Evenness.Layers:0} % evenly among layers and {100 * trial.Evenness.Rows:0} % among rows, {100 * trial.Classifier:0} % of the classifier");

    private List<SurveyedLayer> Survey()
    {
        _meter.Begin("surveying the original", SurveyWork + TraceWork);
        var surveyed = new List<SurveyedLayer>();
        double seen = 0;
        new LayerSurvey(_original, _views, _collector, _settings).Run(
            _layers.Pruned,
            (layer, moments, activated) =>
            {
                var damping = _settings.DampingOf(layer);
                var share = layer == _layers.Classifier ? Allocation.ClassifierShares(_options, _settings).Max() : RowTraces.MostOfARow;
                var traces = RowTraces.Compute(NormalEquations.Create(moments, layer.ReadWeights(), damping), layer.Rows, share, _parallel);
                surveyed.Add(new(layer, traces, new(moments), RowWorth.Of(moments, activated), damping));
                Report();
            },
            share =>
            {
                seen = share;
                Report();
            });
        return surveyed;

        void Report() => _meter.Report(
            ((seen * SurveyWork) + (TraceWork * surveyed.Count / _layers.Pruned.Count)) / (SurveyWork + TraceWork));
    }

    private LayerFit Prune(PrunableLayer layer, DenseMoments collected, LayerTarget target)
    {
        var moments = collected.Finish();
        var equations = NormalEquations.Create(moments, layer.ReadWeights(), _settings.DampingOf(layer));
        // Rows differ from the survey a little, and are given room for it; those of the classifier all lose the same.
        var classifier = layer == _layers.Classifier;
        var traces = RowTraces.Compute(equations, layer.Rows, classifier ? target.LargestRow : target.LargestRow * 1.15, _parallel);
        var removals = traces.Mixed(target.Removals, target.Worth, target.RowEvenness);
        return LayerFit.Fit(moments, equations, traces, removals, _parallel);
    }
}
