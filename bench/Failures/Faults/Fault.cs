namespace Lineup.Failures.Faults;

/// <summary>Something that goes wrong while there is load.</summary>
internal sealed record Fault
{
    /// <summary>What it is called on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What the table calls it.</summary>
    public required string Title { get; init; }

    /// <summary>Does it and, where people or machines would, undoes it again.</summary>
    public required Func<FaultScene, CancellationToken, Task> RunAsync { get; init; }

    /// <summary>Says why it cannot be done on this machine; null where it can.</summary>
    public Func<FaultScene, Task<string?>> WhyNotAsync { get; init; } = _ => Task.FromResult<string?>(null);

    /// <summary>Shortest load, in seconds, that leaves time for it and what follows.</summary>
    public int ShortestLoad { get; init; } = 10;
}
