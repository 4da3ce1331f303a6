namespace Lineup.GrainInterfaces.Variants;

/// <summary>How urgent a request is.</summary>
[GenerateSerializer, Alias("lineup.ClassifyPriority")]
public enum ClassifyPriority
{
    /// <summary>Somebody waits for it.</summary>
    Interactive,

    /// <summary>Nobody watches: served behind interactive requests, with a small share of the lanes of its own, and turned away first.</summary>
    Bulk,
}

/// <summary>One picture to classify. Immutable: within a process the bytes are handed over, not copied.</summary>
[GenerateSerializer, Immutable, Alias("lineup.ClassifyRequest")]
public sealed record ClassifyRequest
{
    /// <summary>The encoded picture as it was uploaded. Nobody may change the memory until the reply has come.</summary>
    [Id(0)]
    public required ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>Number of classes wanted, at least 1.</summary>
    [Id(1)]
    public int Top { get; init; } = 5;

    /// <summary>Time from now within which the reply is worth having. A span, not a moment: clocks of machines differ.</summary>
    [Id(2)]
    public required TimeSpan Budget { get; init; }

    /// <summary>Set on requests that carry the same picture to variants of one model: a silo then decodes it once.</summary>
    [Id(3)]
    public Guid? Comparison { get; init; }

    /// <summary>
    /// Only worth what nobody else wants: turned away unless the variant is loaded and a lane is free at once. Not counted as a
    /// request of the variant.
    /// </summary>
    [Id(4)]
    public bool IsSpare { get; init; }

    /// <summary>How urgent it is.</summary>
    [Id(5)]
    public ClassifyPriority Priority { get; init; }
}
