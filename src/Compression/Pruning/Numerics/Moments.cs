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

    /// <summary>For each target the mean over the samples of (w x + b - y)^2, b being the best for these weights.</summary>
    /// <param name="weights">Targets x inputs.</param>
    /// <param name="errors">One for each target.</param>
    /// <param name="parallel">Threads.</param>
    public void Errors(ReadOnlySpan<float> weights, double[] errors, ParallelOptions parallel)
    {
        var exact = new double[weights.Length];
        for (var i = 0; i < exact.Length; i++)
            exact[i] = weights[i];
        var products = RowProducts.Of(exact, H, Inputs, parallel);
        for (var row = 0; row < Targets; row++)
        {
            var error = VarianceY[row];
            for (var i = 0; i < Inputs; i++)
                error += exact[(row * Inputs) + i] * (products[(row * Inputs) + i] - (2 * B[(i * Targets) + row]));
            errors[row] = Math.Max(0, error);
        }
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
