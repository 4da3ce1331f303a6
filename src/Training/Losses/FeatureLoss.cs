namespace Lineup.Training.Losses;

/// <summary>
/// A value inside the network that is to follow the same value of a teacher, whose numbers are fed with each step: adds
/// weight x mean squared difference to the loss.
/// </summary>
/// <param name="Value">Name of the value in the model.</param>
/// <param name="Weight">Above 0.</param>
public sealed record FeatureLoss(string Value, double Weight);
