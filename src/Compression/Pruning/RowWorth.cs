using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>
/// What an error of each of a layer's outputs counts: as a share of the variance that the activation lets through, and only as often as
/// the activation lets errors through.
/// </summary>
internal static class RowWorth
{
    private const double LeastVariance = 1e-6;

    public static double[] Of(Moments moments, ActivationMoments? activated)
    {
        var worth = new double[moments.Targets];
        for (var row = 0; row < worth.Length; row++)
        {
            var (variance, within) = activated is null
                ? (moments.VarianceY[row], 1)
                : (activated.Variance(row), activated.Within(row));
            worth[row] = within / Math.Max(variance, LeastVariance);
        }

        return worth;
    }
}
