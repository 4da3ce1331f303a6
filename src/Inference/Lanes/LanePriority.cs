namespace Lineup.Inference.Lanes;

/// <summary>How urgent work is.</summary>
public enum LanePriority
{
    /// <summary>Somebody waits for it.</summary>
    Interactive,

    /// <summary>Nobody watches: it takes what interactive work leaves, and a small share of the lanes even where that is nothing.</summary>
    Bulk,
}
