namespace Lineup.Grains.Replicas;

/// <summary>What is known of a variant's load at one moment.</summary>
/// <param name="Replicas">Replicas that take pictures.</param>
/// <param name="Most">Replicas that there could be.</param>
/// <param name="Wait">Expected wait for a lane of a picture sent now, the mean over replicas.</param>
/// <param name="Demand">Lanes that the variant would keep at work if nobody had to wait: requests a second, those turned away included, times what each costs.</param>
/// <param name="LanesPerReplica">Lanes of a silo on average.</param>
internal readonly record struct ScalerSample(int Replicas, int Most, TimeSpan Wait, double Demand, double LanesPerReplica);

/// <summary>What came of a look at the load.</summary>
/// <param name="Wanted">Replicas that there should be.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct ScalerDecision(int Wanted, string Reason);
