namespace Lineup.Grains.Storage;

/// <summary>The storage provider of all grains that keep state. There is always one; where it keeps things is the host's choice.</summary>
public static class GrainStorageName
{
    public const string Default = "lineup";
}
