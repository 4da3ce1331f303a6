using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning.Channels;

/// <summary>
/// Tries what removing channels does to the answers, without the work of a smaller model: whoever reads the channels no longer uses
/// them, and is fitted to make up for it on what the original computes.
/// </summary>
internal sealed class ChannelTrials(
    OnnxModel original, ChannelSpaces spaces, IReadOnlyDictionary<PrunableLayer, CompactMoments> moments, AnswerShift answers,
    PruningSettings settings, ParallelOptions parallel)
{
    private readonly Dictionary<PrunableLayer, (int[] Kept, LayerFit Fit)> _known = [];

    /// <summary>How far the answers move.</summary>
    /// <param name="kept">Channels that stay, of each space that loses some.</param>
    public double Shift(IReadOnlyDictionary<ChannelSpace, int[]> kept)
    {
        var trial = original.Clone();
        foreach (var layer in moments.Keys)
        {
            parallel.CancellationToken.ThrowIfCancellationRequested();
            if (spaces.Read(layer) is not { } read || !read.Any(kept.ContainsKey))
                continue;
            var fit = Fit(layer, ChannelSlicer.Kept(read, kept));
            layer.Of(trial.Graph).Write(fit.Weights, fit.Bias);
        }

        return answers.Of(trial);
    }

    private LayerFit Fit(PrunableLayer layer, int[] channels)
    {
        if (_known.TryGetValue(layer, out var known) && known.Kept.SequenceEqual(channels))
            return known.Fit;
        var found = moments[layer].Expand();
        var equations = NormalEquations.Create(found, layer.ReadWeights(), settings.DampingOf(layer));
        int[] inputs = [.. channels.SelectMany(channel => Enumerable.Range(channel * layer.Taps, layer.Taps))];
        var fit = LayerFit.Fit(found, equations, inputs, parallel);
        _known[layer] = (channels, fit);
        return fit;
    }
}
