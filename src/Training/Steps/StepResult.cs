namespace Lineup.Training.Steps;

/// <summary>What a step found, before it moved the weights.</summary>
/// <param name="Loss">Mean over the batch, feature losses included, weight decay not.</param>
/// <param name="Correct">Pictures whose highest logit is where their target is highest.</param>
/// <param name="GradientNorm">Over all weights, before clipping. Not finite: the step has spoiled the weights.</param>
public readonly record struct StepResult(float Loss, int Correct, float GradientNorm);
