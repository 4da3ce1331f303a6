using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Pruning;

/// <summary>How many weights a layer loses.</summary>
/// <param name="Removals">Exactly so many.</param>
/// <param name="Worth">What an error of each row counts, relative to the other rows.</param>
/// <param name="RowEvenness">How evenly the rows share them.</param>
/// <param name="LargestRow">Share of its weights that the row loses which loses most, as surveyed.</param>
internal sealed record LayerTarget(int Removals, double[] Worth, double RowEvenness, double LargestRow);

/// <summary>How evenly removals are shared: 0 by cost alone, 1 all alike.</summary>
/// <param name="Layers">Among the layers.</param>
/// <param name="Rows">Among the rows of a layer.</param>
internal readonly record struct Evenness(double Layers, double Rows);

/// <summary>A way to share the removals, and how far the answers moved.</summary>
/// <param name="Evenness">How evenly.</param>
/// <param name="Classifier">Share of the classifier's weights that go.</param>
/// <param name="Shift">Divergence of the answers in nats.</param>
internal readonly record struct AllocationTrial(Evenness Evenness, double Classifier, double Shift);

/// <summary>Shares the removals among the layers, by what they cost the model's answers.</summary>
internal sealed class Allocation(
    OnnxModel original, List<SurveyedLayer> surveyed, LayerSet layers, CalibrationViews views, MomentCollector collector,
    ModelOutput output, PruningOptions options, PruningSettings settings, ParallelOptions parallel, ProgressMeter meter)
{
    private readonly List<SurveyedLayer> _rest = [.. surveyed.Where(layer => layer.Layer != layers.Classifier)];
    private readonly SurveyedLayer? _classifier = surveyed.Find(layer => layer.Layer == layers.Classifier);

    /// <summary>What was tried.</summary>
    public IReadOnlyList<AllocationTrial> Trials { get; private set; } = [];

    /// <summary>The best of them.</summary>
    public AllocationTrial Chosen => Trials.MinBy(trial => trial.Shift);

    /// <summary>Shares of the classifier's weights that come into question.</summary>
    public static IReadOnlyList<double> ClassifierShares(PruningOptions options, PruningSettings settings) =>
        options.ClassifierSparsity is { } given ? [given]
            : [.. settings.ClassifierShares.Select(factor => Math.Min(RowTraces.MostOfARow, factor * options.Sparsity)).Distinct()];

    public Dictionary<PrunableLayer, LayerTarget> Decide()
    {
        var answers = new AnswerShift(original, views, output, settings.Split(views.Count).Answers, collector);
        var worth = _rest.ToDictionary(layer => layer, layer => (double[])layer.Worth.Clone());
        Weigh(worth, answers);
        return Try(worth, answers);
    }

    /// <summary>Scales each layer's worth by how far the answers move when that layer alone is pruned.</summary>
    private void Weigh(Dictionary<SurveyedLayer, double[]> worth, AnswerShift answers)
    {
        var done = 0;
        foreach (var layer in _rest)
        {
            var removals = layer.Traces.Cheapest((int)(settings.SensitivitySparsity * layer.Layer.Count), worth[layer]);
            var trial = original.Clone();
            Prune(trial, layer, removals);
            var shift = answers.Of(trial);

            double cost = 0;
            for (var row = 0; row < removals.Length; row++)
            {
                foreach (var step in layer.Traces.Costs.AsSpan(row * layer.Traces.Steps, removals[row]))
                    cost += worth[layer][row] * step;
            }

            var factor = shift / Math.Max(cost, 1e-12);
            for (var row = 0; row < removals.Length; row++)
                worth[layer][row] *= factor;
            meter.Report((double)++done / (_rest.Count + 20));
        }
    }

    /// <summary>
    /// What costs least one by one is not always what costs least together: errors grow from layer to layer, in some nets more than in
    /// others, and what a row means to pictures that are not here is not known. So shares of the classifier are tried, then mixtures with an
    /// even share for every layer and row, all layers pruned at once, and the best is taken.
    /// </summary>
    private Dictionary<PrunableLayer, LayerTarget> Try(Dictionary<SurveyedLayer, double[]> worth, AnswerShift answers)
    {
        var total = (int)Math.Round(options.Sparsity * layers.Weights);
        var possible = _rest.Sum(layer => (long)Most(layer));
        var trials = new List<AllocationTrial>();
        (AllocationTrial Trial, Dictionary<PrunableLayer, LayerTarget> Targets)? best = null;
        foreach (var classifier in _classifier is null ? [0] : ClassifierShares(options, settings))
            Run(classifier, settings.Evennesses[0]);
        if (best is { Trial.Classifier: var chosen })
        {
            foreach (var evenness in settings.Evennesses.Skip(1))
                Run(chosen, evenness);
        }

        Trials = trials;
        return best?.Targets ?? throw new UnsupportedModelException(
            $"The model cannot become {options.Sparsity:P0} sparse: too much of it is in layers that stay as they are. Ask for less.");

        void Run(double classifier, Evenness evenness)
        {
            var removals = _classifier is null ? 0 : Math.Min(total, (int)Math.Round(classifier * _classifier.Layer.Count));
            if (total - removals > possible)
                return;
            var targets = Share(worth, total - removals, evenness);
            if (_classifier is not null)
                targets[_classifier.Layer] = ForClassifier(_classifier.Layer, removals);
            var trial = new AllocationTrial(evenness, classifier, answers.Of(Pruned(targets)));
            if (best is not { Trial.Shift: var least } || trial.Shift < least)
                best = (trial, targets);
            trials.Add(trial);
        }
    }

    private static LayerTarget ForClassifier(PrunableLayer layer, int removals) => new(
        removals,
        [.. Enumerable.Repeat(1d, layer.Rows)],
        1,
        (double)((removals + layer.Rows - 1) / layer.Rows) / layer.Inputs);

    private OnnxModel Pruned(Dictionary<PrunableLayer, LayerTarget> targets)
    {
        var trial = original.Clone();
        foreach (var layer in surveyed)
        {
            var target = targets[layer.Layer];
            Prune(trial, layer, layer.Traces.Mixed(target.Removals, target.Worth, target.RowEvenness));
        }

        return trial;
    }

    private void Prune(OnnxModel trial, SurveyedLayer layer, int[] removals)
    {
        var fit = layer.Fit(removals, parallel);
        layer.Layer.Of(trial.Graph).Write(fit.Weights, fit.Bias);
    }

    private static int Most(SurveyedLayer layer) => (int)(layer.Layer.Count * RowTraces.MostOfARow);

    private Dictionary<PrunableLayer, LayerTarget> Share(Dictionary<SurveyedLayer, double[]> worth, int total, Evenness evenness)
    {
        double low = 0, high = 1e12;
        for (var i = 0; i < 200; i++)
        {
            var middle = low == 0 ? high / 2 : (low + high) / 2;
            if (_rest.Sum(layer => (long)layer.Traces.CountBelow(middle, worth[layer])) > total)
                high = middle;
            else
                low = middle;
        }

        var all = _rest.Sum(layer => (long)layer.Layer.Count);
        var counts = _rest.Select(layer => (int)Math.Round(
            ((1 - evenness.Layers) * layer.Traces.CountBelow(low, worth[layer]))
            + (evenness.Layers * total * layer.Layer.Count / all))).ToArray();
        var missing = total - counts.Sum();
        for (var i = 0; missing != 0; i = (i + 1) % counts.Length)
        {
            var step = Math.Clamp(missing, -Math.Max(1, counts[i] / 50), Math.Max(1, _rest[i].Layer.Count / 50));
            step = Math.Clamp(counts[i] + step, 0, Most(_rest[i])) - counts[i];
            counts[i] += step;
            missing -= step;
        }

        var targets = new Dictionary<PrunableLayer, LayerTarget>();
        foreach (var (layer, removals) in _rest.Zip(counts))
        {
            var rows = layer.Traces.Mixed(removals, worth[layer], evenness.Rows);
            targets[layer.Layer] = new(removals, worth[layer], evenness.Rows, (double)rows.Max() / layer.Layer.Inputs);
        }

        return targets;
    }
}
