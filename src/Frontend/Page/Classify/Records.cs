using Lineup.Frontend.Classification;

namespace Lineup.Frontend.Page.Classify;

/// <summary>A picture that has come in, as js/classify.js tells of it.</summary>
public sealed record ArrivedPicture(string Id, string Name, long Bytes, string Model, string? Variant);

/// <summary>One picture of the browser's history, in short.</summary>
public sealed record PastPicture(string Id, DateTimeOffset At, string Name, string Model, string? Variant, string Best);

/// <summary>One picture of the browser's history with its answers.</summary>
public sealed record RecalledPicture
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Model { get; init; }

    public string? Variant { get; init; }

    public required IReadOnlyList<ComparedVariant> Answers { get; init; }

    public required IReadOnlyList<SkippedVariant> Skipped { get; init; }
}
