using System.Diagnostics.CodeAnalysis;

namespace Lineup.ModelRepository.Storage;

/// <summary>How a lookup ended.</summary>
public enum VariantLookupStatus
{
    /// <summary>The variant is there and its manifests are sound.</summary>
    Found,

    /// <summary>There is no such model or variant, or the name cannot be one.</summary>
    NotFound,

    /// <summary>It is there but cannot be used.</summary>
    Malformed,
}

/// <summary>The answer to <see cref="ModelStore.Find"/>.</summary>
public sealed record VariantLookup
{
    private VariantLookup(VariantLookupStatus status, VariantEntry? variant, string? reason) =>
        (Status, Variant, Reason) = (status, variant, reason);

    public VariantLookupStatus Status { get; }

    /// <summary>The variant; null unless it was found.</summary>
    public VariantEntry? Variant { get; }

    /// <summary>Why it was not found or cannot be used, in one line; null where it was found.</summary>
    public string? Reason { get; }

    [MemberNotNullWhen(true, nameof(Variant))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsFound => Status == VariantLookupStatus.Found;

    internal static VariantLookup Found(VariantEntry variant) => new(VariantLookupStatus.Found, variant, null);

    internal static VariantLookup NotFound(string reason) => new(VariantLookupStatus.NotFound, null, reason);

    internal static VariantLookup Malformed(string reason) => new(VariantLookupStatus.Malformed, null, reason);
}
