namespace Lineup.Failures.Calls;

/// <summary>A picture for a variant, and what it is known to be answered with.</summary>
internal sealed record Question(string Model, string Variant, byte[] Picture, Answer Known)
{
    public string Path(TimeSpan deadline) => $"/api/models/{Model}/variants/{Variant}/classify?top=5&deadlineMs={deadline.TotalMilliseconds:0}";
}
