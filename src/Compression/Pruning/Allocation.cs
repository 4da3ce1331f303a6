using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Pruning;

/// <summary>How many weights a layer loses.</summary>
/// <param name="Removals">Exactly so many.</param>
/// <param name="Worth">What an error of each row counts, relative to the other rows.</param>
/// <param name="LargestRow">Share of its weights that the row loses which loses most, as surveyed.</param>
internal sealed record LayerTarget(int Removals, double[] Worth, double LargestRow);

/// <summary>Shares the removals among the layers, by what they cost the model's answers.</summary>
internal sealed class Allocation(
    OnnxModel original, List<SurveyedLayer> surveyed, LayerSet layers, CalibrationViews views, MomentCollector collector,
    ModelOutput output, PruningOptions options, PruningSettings settings, ParallelOptions parallel, ProgressMeter meter)
{
    public Dictionary<PrunableLayer, LayerTarget> Decide()
    {
        var total = (int)Math.Round(options.Sparsity * layers.Weights);
        var forClassifier = PruningPlanner.ClassifierRemovals(layers, options);
        var worth = surveyed.ToDictionary(layer => layer, layer => RowWorth.Of(layer.Moments, layer.Activated));
        Weigh(surveyed, worth);

        var targets = Share(surveyed, worth, total - forClassifier);
        if (layers.Classifier is { } classifier)
            targets[classifier] = new(
                forClassifier,
                [.. Enumerable.Repeat(1d, classifier.Rows)],
                (double)((forClassifier + classifier.Rows - 1) / classifier.Rows) / classifier.Inputs);
        return targets;
    }

    /// <summary>Scales each layer's worth by how far the answers move when that layer alone is pruned.</summary>
    private void Weigh(List<SurveyedLayer> rest, Dictionary<SurveyedLayer, double[]> worth)
    {
        var answers = new AnswerShift(original, views, output, settings.Split(views.Count).Answers, collector);
        var done = 0;
        foreach (var layer in rest)
        {
            var removals = layer.Traces.Cheapest((int)(settings.SensitivitySparsity * layer.Layer.Count), worth[layer]);
            var fit = LayerFit.Fit(layer.Moments, layer.Equations, layer.Traces, removals, parallel);
            var trial = original.Clone();
            layer.Layer.Of(trial.Graph).Write(fit.Weights, fit.Bias);
            var divergence = answers.Of(trial);

            double cost = 0;
            for (var row = 0; row < layer.Layer.Rows; row++)
                cost += worth[layer][row] * layer.Traces.Costs.AsSpan(row * layer.Traces.Steps, removals[row]).ToArray().Sum(value => (double)value);
            var factor = divergence / Math.Max(cost, 1e-12);
            meter.Report((double)++done / rest.Count);
            for (var row = 0; row < layer.Layer.Rows; row++)
                worth[layer][row] *= factor;
        }
    }

    private Dictionary<PrunableLayer, LayerTarget> Share(
        List<SurveyedLayer> rest, Dictionary<SurveyedLayer, double[]> worth, int total)
    {
        double low = 0, high = 1e12;
        for (var i = 0; i < 200; i++)
        {
            var middle = low == 0 ? high / 2 : (low + high) / 2;
            if (rest.Sum(layer => (long)layer.Traces.CountBelow(middle, worth[layer])) > total)
                high = middle;
            else
                low = middle;
        }

        var all = rest.Sum(layer => (long)layer.Layer.Count);
        var counts = rest.Select(layer => (int)Math.Round(
            ((1 - settings.LayerEquality) * layer.Traces.CountBelow(low, worth[layer]))
            + (settings.LayerEquality * total * layer.Layer.Count / all))).ToArray();
        var missing = total - counts.Sum();
        for (var i = 0; missing != 0; i = (i + 1) % counts.Length)
        {
            var most = (int)(rest[i].Layer.Count * RowTraces.MostOfARow);
            var step = Math.Clamp(missing, -Math.Max(1, counts[i] / 50), Math.Max(1, rest[i].Layer.Count / 50));
            step = Math.Clamp(counts[i] + step, 0, most) - counts[i];
            counts[i] += step;
            missing -= step;
        }

        var targets = new Dictionary<PrunableLayer, LayerTarget>();
        foreach (var (layer, removals) in rest.Zip(counts))
        {
            var rows = layer.Traces.Mixed(removals, worth[layer], settings.RowEquality);
            targets[layer.Layer] = new(removals, worth[layer], (double)rows.Max() / layer.Layer.Inputs);
        }

        return targets;
    }
}
