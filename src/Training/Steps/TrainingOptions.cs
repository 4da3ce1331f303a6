using Lineup.Training.Losses;
using Lineup.Training.Optimizers;

namespace Lineup.Training.Steps;

/// <summary>What a training step is made of.</summary>
public sealed record TrainingOptions
{
    /// <summary>Pictures of a step: 1 or more. It is fixed when the step is built.</summary>
    public required int Batch { get; init; }

    /// <summary>Stochastic gradient descent by default.</summary>
    public OptimizerOptions Optimizer { get; init; } = new SgdOptions();

    /// <summary>Gradients are scaled down so that their norm, over all weights, is at most this: above 0, or null for as they are.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>
    /// False: normalisations use the statistics of the batch and keep running ones. True: they use the statistics they came with, as
    /// suits small batches; their scale and shift are trained all the same.
    /// </summary>
    public bool FreezeNormalization { get; init; }

    /// <summary>What stays of a running statistic in a step: 0 to 1; 0.9 by default.</summary>
    public double NormalizationMomentum { get; init; } = 0.9;

    /// <summary>Weights of convolutions and matrix products that are zero stay exactly zero: retraining of a pruned model.</summary>
    public bool KeepZeros { get; init; }

    /// <summary>
    /// Logits are divided by it before the softmax, and the loss is multiplied by its square, so that gradients keep their size
    /// (Hinton et al. 2015): above 0; 1 by default. Targets must have been made at the same temperature.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Weight of the cross-entropy: 0 or more; 1 by default.</summary>
    public double TargetWeight { get; init; } = 1;

    /// <summary>Values inside the network that follow those of a teacher; none by default.</summary>
    public IReadOnlyList<FeatureLoss> Features { get; init; } = [];

    /// <summary>Everything that is wrong with them; empty when they are sound.</summary>
    public IEnumerable<string> Problems()
    {
        if (Batch < 1)
            yield return $"Batch is {Batch}; it must be 1 or more";
        if (ClipNorm is { } norm && !(norm > 0))
            yield return $"ClipNorm is {norm}; it must be above 0";
        if (!(NormalizationMomentum >= 0 && NormalizationMomentum <= 1))
            yield return $"NormalizationMomentum is {NormalizationMomentum}; it must be between 0 and 1";
        if (!(Temperature > 0) || double.IsInfinity(Temperature))
            yield return $"Temperature is {Temperature}; it must be above 0";
        if (!(TargetWeight >= 0) || double.IsInfinity(TargetWeight))
            yield return $"TargetWeight is {TargetWeight}; it must be 0 or more";
        foreach (var feature in Features.Where(feature => !(feature.Weight > 0)))
            yield return $"the weight of feature '{feature.Value}' is {feature.Weight}; it must be above 0";
        foreach (var problem in Optimizer.Problems())
            yield return problem;
    }
}
