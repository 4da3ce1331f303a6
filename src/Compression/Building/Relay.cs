namespace Lineup.Compression.Building;

/// <summary>Hands progress on where it is reported: on that thread, and at once.</summary>
internal sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
