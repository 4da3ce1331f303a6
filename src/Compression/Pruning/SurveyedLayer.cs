using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>What the survey found out about one layer that is to lose weights.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Traces">What removing weights costs.</param>
/// <param name="Moments">Of its inputs and outputs in the original model.</param>
/// <param name="Worth">What an error of each row counts.</param>
/// <param name="Damping">Of its equations.</param>
internal sealed record SurveyedLayer(PrunableLayer Layer, RowTraces Traces, CompactMoments Moments, double[] Worth, double Damping)
{
    /// <summary>What is left after so many removals in each row, fitted.</summary>
    public LayerFit Fit(int[] removals, ParallelOptions parallel)
    {
        var moments = Moments.Expand();
        return LayerFit.Fit(moments, NormalEquations.Create(moments, Layer.ReadWeights(), Damping), Traces, removals, parallel);
    }
}
