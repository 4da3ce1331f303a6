namespace Lineup.Training.Data;

/// <summary>What one step learns from. The arrays are used again once the batch has been given back.</summary>
/// <param name="Images">N x 3 x H x W numbers.</param>
/// <param name="Targets">N x K probabilities; all zero where the pictures have no labels.</param>
/// <param name="Step">Number of the step in its epoch, from 0.</param>
internal sealed record Batch(float[] Images, float[] Targets, int Step);
