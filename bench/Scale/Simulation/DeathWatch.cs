namespace Lineup.Scale.Simulation;

/// <summary>
/// How long a dead silo stays a member, by drawing lots: its monitors probe it from phases of their own, each suspects it after so many
/// probes in a row without an answer, and as many votes as are needed declare it dead. A vote is a write of the table, which takes a while
/// and fails where another came between, so it is tried again.
/// </summary>
internal sealed record DeathWatch
{
    /// <summary>Silos that probe a silo.</summary>
    public int Monitors { get; init; } = 10;

    /// <summary>Seconds between probes, and for their answers.</summary>
    public double ProbeSeconds { get; init; } = 1;

    public int MissedProbes { get; init; } = 3;

    public int Votes { get; init; } = 2;

    /// <summary>Seconds from reading the table to having written a vote.</summary>
    public double VoteSeconds { get; init; } = 0.02;

    /// <summary>Seconds until all others have heard of it, by word from silo to silo.</summary>
    public double GossipSeconds { get; init; } = 0.05;

    /// <summary>Seconds from the death of one of so many silos until all others know, sorted, one for each try.</summary>
    public IReadOnlyList<double> Simulate(int silos, int tries, int seed)
    {
        var random = new Random(seed);
        var monitors = Math.Min(Monitors, silos - 1);
        return monitors < 1 ? [] : [.. Enumerable.Range(0, tries).Select(_ => Try(random, monitors)).Order()];
    }

    private double Try(Random random, int monitors)
    {
        // A probe that was sent before the death and not yet answered is missed as well; its phase is anywhere in the interval.
        var suspicions = Enumerable.Range(0, monitors).Select(_ => (random.NextDouble() * ProbeSeconds) + (MissedProbes * ProbeSeconds)).Order().ToArray();
        var written = 0d;
        var votes = 0;
        foreach (var suspicion in suspicions)
        {
            // One table, one writer at a time: who comes while another writes reads and writes anew after it.
            written = Math.Max(suspicion, written) + VoteSeconds;
            if (++votes == Math.Min(Votes, monitors))
                break;
        }

        return written + GossipSeconds;
    }
}
