using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Pruning.Numerics;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Pruning.Channels;

/// <summary>
/// Removes whole channels until the multiply-adds are as many fewer as asked. A survey of the original finds in which order each
/// space's channels go and what that costs the answers; the spaces share the removals by cost for each multiply-add saved. The smaller
/// model is then fitted layer by layer to what the original does on its remaining channels.
/// </summary>
internal sealed class ChannelPruner
{
    // How long the stages take, relative to each other; measured on MobileNetV2.
    private const double SurveyWork = 10;
    private const double TraceWork = 5;
    private const double AllocationWork = 30;
    private const double FitWork = 60;

    private readonly OnnxModel _original;
    private readonly LayerSet _layers;
    private readonly CalibrationViews _views;
    private readonly ModelOutput _output;
    private readonly PruningOptions _options;
    private readonly PruningSettings _settings;
    private readonly ParallelOptions _parallel;
    private readonly MomentCollector _collector;
    private readonly ProgressMeter _meter;
    private readonly ChannelSpaces _spaces;

    public ChannelPruner(
        OnnxModel original, LayerSet layers, CalibrationViews views, ModelOutput output, PruningOptions options, PruningSettings settings,
        IProgress<PruningProgress>? progress, CancellationToken cancellationToken)
    {
        (_original, _layers, _views, _output, _options, _settings) = (original, layers, views, output, options, settings);
        _parallel = new() { MaxDegreeOfParallelism = options.Threads, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellationToken };
        _collector = new(_parallel);
        _meter = new(progress, SurveyWork + TraceWork + AllocationWork + FitWork);
        _spaces = new(original, layers);
        if (_spaces.Prunable.Count == 0)
            throw new UnsupportedModelException("The model has no channels that could be removed: all of them reach its output or an unknown operator.");
    }

    public PruningResult Run()
    {
        var uses = Uses();
        var surveyed = Survey();
        var traces = Trace(surveyed);
        var answers = new AnswerShift(_original, _views, _output, _settings.Split(_views.Count).Answers, _collector);
        var moments = surveyed.ToDictionary(pair => pair.Key, pair => pair.Value.Moments);
        var allocation = new ChannelAllocation(
            traces, new(_layers, _spaces, uses, _settings.ChannelMultiple), new(_original, _spaces, moments, answers, _settings, _parallel),
            _settings, _options.MultiplyAddReduction);
        _meter.Begin("measuring what channels mean to the answers", AllocationWork);
        var kept = traces.Zip(allocation.Decide(_meter.Report)).ToDictionary(pair => pair.First.Space, pair => pair.First.Kept(pair.Second));

        var pruned = ChannelSlicer.Slice(_original, _layers, _spaces, kept);
        var errors = new Dictionary<PrunableLayer, double>();
        _meter.Begin("fitting the smaller model", FitWork);
        new SequentialFit(_original, pruned, _layers, _views, _collector, _options, _settings, _parallel)
        {
            Rows = layer => ChannelSlicer.Kept(_spaces.Of(layer.Output), kept),
        }.Run((_, _) => null, _ => _meter.Report((double)(errors.Count + 1) / _layers.Layers.Count), errors);
        new InferShapes(new Dictionary<string, long[]> { [pruned.Graph.Inputs[0].Name] = _views.Shape }).Run(pruned);
        _meter.Finish();

        var outcomes = _layers.Choices.Select(choice => Outcome(choice, pruned.Graph, errors));
        var after = _layers.Layers.Sum(layer => (long)layer.Of(pruned.Graph).Count * uses[layer]);
        return new(pruned, [.. outcomes], _layers.Weights, new(_layers.Layers.Sum(layer => (long)layer.Count * uses[layer]), after))
        {
            Notes = allocation.Notes,
        };
    }

    private static LayerOutcome Outcome(LayerChoice choice, Graph pruned, Dictionary<PrunableLayer, double> errors)
    {
        if (choice.Layer is not { } layer)
            return LayerOutcomes.Of(choice, pruned, LayerTreatment.Untouched, null, choice.Why);
        var left = layer.Of(pruned);
        return left.Count == layer.Count
            ? LayerOutcomes.Of(choice, pruned, LayerTreatment.Refitted, errors[layer], "it kept its channels and was fitted anew")
            : LayerOutcomes.Of(
                choice, pruned, LayerTreatment.Pruned, errors[layer],
                $"{left.Rows} of {layer.Rows} outputs and {left.Inputs} of {layer.Inputs} inputs a row stay");
    }

    /// <summary>How often each layer's weights are used for one picture.</summary>
    private Dictionary<PrunableLayer, long> Uses()
    {
        var values = _layers.Layers.Select(layer => layer.Output).ToList();
        using var tap = new ActivationStream(_original, _views).Open(values, fromCheckpoint: false);
        using var decoder = new Inference.Imaging.TensorDecoder(new());
        using var one = tap.Read(0, decoder);
        return _layers.Layers.Zip(one.Values).ToDictionary(pair => pair.First, pair => (long)pair.Second.ElementCount / pair.First.Rows);
    }

    /// <summary>Statistics of all layers that read channels which may go, and what an error of each of their rows counts.</summary>
    private Dictionary<PrunableLayer, (CompactMoments Moments, double[] Worth)> Survey()
    {
        var readers = _spaces.Prunable.SelectMany(space => space.Consumers).Select(consumer => consumer.Layer).ToHashSet();
        var surveyed = new Dictionary<PrunableLayer, (CompactMoments, double[])>();
        _meter.Begin("surveying the original", SurveyWork);
        new LayerSurvey(_original, _views, _collector, _settings).Run(
            [.. _layers.Layers.Where(readers.Contains)],
            (layer, moments, activated) => surveyed[layer] = (new(moments), RowWorth.Of(moments, activated)),
            _meter.Report);
        return surveyed;
    }

    private List<ChannelTrace> Trace(Dictionary<PrunableLayer, (CompactMoments Moments, double[] Worth)> surveyed)
    {
        _meter.Begin("working out which channels matter least", TraceWork);
        var traces = new List<ChannelTrace>();
        var spaces = _spaces.Prunable.Where(space => space.Consumers.TrueForAll(
            consumer => surveyed[consumer.Layer].Moments.Samples >= _settings.SamplesAnInput * consumer.Layer.Inputs)).ToList();
        foreach (var space in spaces)
        {
            var removals = space.Consumers.Select(consumer => Removal(consumer.Layer, surveyed[consumer.Layer])).ToList();
            traces.Add(ChannelTrace.Compute(
                space, removals, (int)(space.Channels * _settings.MostChannels), _parallel.CancellationToken.ThrowIfCancellationRequested));
            _meter.Report((double)traces.Count / spaces.Count);
        }

        return traces;
    }

    private ColumnRemoval Removal(PrunableLayer layer, (CompactMoments Moments, double[] Worth) surveyed)
    {
        var equations = NormalEquations.Create(surveyed.Moments.Expand(), layer.ReadWeights(), _settings.DampingOf(layer));
        return new(equations, layer.Rows, layer.Taps, surveyed.Worth, _parallel);
    }
}
