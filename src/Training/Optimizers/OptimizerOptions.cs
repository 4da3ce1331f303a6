namespace Lineup.Training.Optimizers;

/// <summary>How weights follow their gradients. The learning rate is not here: it is an input of each step.</summary>
public abstract record OptimizerOptions
{
    /// <summary>
    /// Share of a weight that is taken away, in the way the optimiser says: 0 or more, 5e-4 by default. Biases, and scale and shift of
    /// normalisations, are left alone.
    /// </summary>
    public double WeightDecay { get; init; } = 5e-4;

    internal virtual IEnumerable<string> Problems()
    {
        if (!(WeightDecay >= 0) || double.IsInfinity(WeightDecay))
            yield return $"WeightDecay is {WeightDecay}; it must be 0 or more";
    }
}

/// <summary>
/// Stochastic gradient descent with momentum m: v = m v + g, then w -= rate (g + m v) with Nesterov's look-ahead (Sutskever et al. 2013),
/// or w -= rate v without it. The weight decay is added to the gradient (L2).
/// </summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>0 to below 1; 0.9 by default.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>On by default.</summary>
    public bool Nesterov { get; init; } = true;

    internal override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;
        if (!(Momentum >= 0 && Momentum < 1))
            yield return $"Momentum is {Momentum}; it must be at least 0 and below 1";
    }
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): running means of the gradient and of its square, both corrected for
/// their start at zero; w -= rate (mean / (sqrt(square) + epsilon) + decay w).
/// </summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <summary>Decay of the running mean of the gradient: 0 to below 1; 0.9 by default.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the running mean of the gradient's square: 0 to below 1; 0.999 by default.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Keeps the division finite: above 0; 1e-8 by default.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;
        if (!(Beta1 >= 0 && Beta1 < 1))
            yield return $"Beta1 is {Beta1}; it must be at least 0 and below 1";
        if (!(Beta2 >= 0 && Beta2 < 1))
            yield return $"Beta2 is {Beta2}; it must be at least 0 and below 1";
        if (!(Epsilon > 0))
            yield return $"Epsilon is {Epsilon}; it must be above 0";
    }
}
