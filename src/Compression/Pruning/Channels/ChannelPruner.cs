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
    private const double TraceWork = 30;
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
        _meter = new(progress, SurveyWork + TraceWork + FitWork);
        _spaces = new(original, layers);
        if (_spaces.Prunable.Count == 0)
            throw new UnsupportedModelException("The model has no channels that could be removed: all of them reach its output or an unknown operator.");
    }

    public PruningResult Run()
    {
        var (moments, costs) = Survey();
        var traces = Trace(moments, costs);
        var removals = new ChannelBudget(_layers, _spaces, costs, _settings.ChannelMultiple).Share(traces, _options.MultiplyAddReduction);
        var kept = traces.Zip(removals).ToDictionary(pair => pair.First.Space, pair => pair.First.Kept(pair.Second));

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
        var after = _layers.Layers.Sum(layer => (long)layer.Of(pruned.Graph).Count * costs[layer]);
        return new(pruned, [.. outcomes], _layers.Weights, new(_layers.Layers.Sum(layer => (long)layer.Count * costs[layer]), after));
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

    /// <summary>Statistics of all layers that read channels, and how often each layer's weights are used for one picture.</summary>
    private (Dictionary<PrunableLayer, DenseMoments> Moments, Dictionary<PrunableLayer, long> Uses) Survey()
    {
        var dense = _layers.Layers.Where(layer => layer.Kind != LayerKind.Depthwise).ToList();
        var values = _layers.Layers.SelectMany(layer => new[] { layer.Input, layer.Output }).Distinct().ToList();
        var moments = dense.ToDictionary(layer => layer, layer => new DenseMoments(
            layer, new(values.IndexOf(layer.Input), values.IndexOf(layer.Output)), Activation.Behind(layer.Output)));
        var uses = new Dictionary<PrunableLayer, long>();
        using var tap = new ActivationStream(_original, _views).Open(values, fromCheckpoint: false);
        using (var decoder = new Inference.Imaging.TensorDecoder(new()))
        using (var one = tap.Read(0, decoder))
        {
            foreach (var layer in _layers.Layers)
                uses[layer] = one.Values[values.IndexOf(layer.Output)].ElementCount / layer.Rows;
        }

        var count = _settings.Split(_views.Count).Survey;
        _meter.Begin("surveying the original", SurveyWork);
        _collector.Collect(count, tap.Read, [.. moments.Values], done => _meter.Report((double)done / count));
        return (moments, uses);
    }

    private List<ChannelTrace> Trace(Dictionary<PrunableLayer, DenseMoments> collected, Dictionary<PrunableLayer, long> uses)
    {
        var answers = new AnswerShift(_original, _views, _output, _settings.Split(_views.Count).Answers, _collector);
        var traces = new List<ChannelTrace>();
        var done = 0;
        _meter.Begin("working out what channels cost", TraceWork);
        var finished = collected.ToDictionary(pair => pair.Key, pair => pair.Value.Finish());
        foreach (var space in _spaces.Prunable)
        {
            var trial = (int)(space.Channels * _settings.SensitivityChannels);
            var steps = (int)(space.Channels * _settings.MostChannels);
            var removals = space.Consumers.Select(consumer => Removal(consumer.Layer, finished[consumer.Layer], collected[consumer.Layer].Activated)).ToList();
            double shift = 0;
            var step = 0;
            var trace = ChannelTrace.Compute(space, removals, steps, () =>
            {
                _parallel.CancellationToken.ThrowIfCancellationRequested();
                if (++step == Math.Max(1, trial))
                    shift = answers.Of(Trial(space, removals, finished));
            });

            // The answers tell what the space's losses are worth, which are only comparable among themselves.
            var factor = shift / Math.Max(1e-12, trace.Costs.Take(Math.Max(1, trial)).Sum());
            traces.Add(trace with { Costs = [.. trace.Costs.Select(cost => cost * factor)] });
            _meter.Report((double)++done / _spaces.Prunable.Count);
        }

        return traces;
    }

    private ColumnRemoval Removal(PrunableLayer layer, Moments moments, ActivationMoments? activated)
    {
        var equations = NormalEquations.Create(moments, layer.ReadWeights(), _settings.DampingOf(layer));
        return new(equations, layer.Rows, layer.Taps, RowWorth.Of(moments, activated), _parallel);
    }

    private OnnxModel Trial(ChannelSpace space, List<ColumnRemoval> removals, Dictionary<PrunableLayer, Moments> moments)
    {
        var trial = _original.Clone();
        foreach (var (consumer, removal) in space.Consumers.Zip(removals))
        {
            var (weights, found) = (removal.Weights, moments[consumer.Layer]);
            var bias = Enumerable.Range(0, consumer.Layer.Rows)
                .Select(row => (float)found.Bias(weights.AsSpan(row * found.Inputs, found.Inputs), row));
            consumer.Layer.Of(trial.Graph).Write(weights, [.. bias]);
        }

        return trial;
    }
}
