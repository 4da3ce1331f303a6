namespace Lineup.Grains.Loads;

/// <summary>
/// Whether this silo is about to stop. Whoever stops it says so first, so that nothing new is placed on it or sent to it while it
/// finishes what it has. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // A source without a timer, whose wait handle nobody asks for, holds nothing to dispose.
public sealed class SiloDeparture
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _begun = new();

    public bool HasBegun => _begun.IsCancellationRequested;

    /// <summary>Cancelled when it begins.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>From here on every reply and report says that the silo is leaving. There is no way back.</summary>
    public void Begin() => _begun.Cancel();
}
