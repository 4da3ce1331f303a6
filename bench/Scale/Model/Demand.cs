namespace Lineup.Scale.Model;

/// <summary>What is asked of something that all of the cluster, or each of its machines, has only one of.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Share">What is used of it: 1 is all.</param>
/// <param name="Grows">Whether a larger cluster asks more of it; what does not can only be met by other machines.</param>
internal sealed record Demand(string Name, double Share, bool Grows);
