namespace Lineup.Compression.Pruning.Numerics;

/// <summary>Means and covariances of a layer's inputs x (as the pruned model has them) and targets y (what the original makes of its own).</summary>
internal sealed record Moments
{
    public required int Inputs { get; init; }

    public required int Targets { get; init; }

    public required long Samples { get; init; }

    public required double[] MeanX { get; init; }

    public required double[] MeanY { get; init; }

    public required double[] VarianceY { get; init; }

    /// <summary>Cov(x), inputs x inputs.</summary>
    public required double[] H { get; init; }

    /// <summary>Cov(x, y), inputs x targets.</summary>
    public required double[] B { get; init; }

    /// <summary>Mean over the samples of (w x + b - y)^2 for target <paramref name="row"/>, b being the best for these weights.</summary>
    public double Error(ReadOnlySpan<float> weights, int row)
    {
        var error = VarianceY[row];
        for (var i = 0; i < Inputs; i++)
        {
            if (weights[i] == 0)
                continue;
            double product = 0;
            for (var j = 0; j < Inputs; j++)
                product += H[(i * Inputs) + j] * weights[j];
            error += weights[i] * (product - (2 * B[(i * Targets) + row]));
        }

        return Math.Max(0, error);
    }

    /// <summary>The bias with which w x + b has the mean of y.</summary>
    public double Bias(ReadOnlySpan<float> weights, int row)
    {
        var bias = MeanY[row];
        for (var i = 0; i < Inputs; i++)
            bias -= weights[i] * MeanX[i];
        return bias;
    }
}
