namespace Lineup.ModelRepository.Pulling;

/// <summary>How a pull ended.</summary>
public enum PullOutcome
{
    /// <summary>It failed; see <see cref="PullResult.Error"/>.</summary>
    Failed,

    /// <summary>The model was fetched and is in the repository now.</summary>
    Pulled,

    /// <summary>The model was there already, and its file is the right one.</summary>
    AlreadyThere,

    /// <summary>The model was there but damaged; what was wrong has been replaced.</summary>
    Repaired,
}

/// <summary>The answer of <see cref="ModelPuller"/>.</summary>
public sealed record PullResult
{
    /// <summary>The model's name as it was asked for.</summary>
    public required string Model { get; init; }

    public required PullOutcome Outcome { get; init; }

    /// <summary>What kind of failure it was; <see cref="PullError.None"/> for none.</summary>
    public PullError Error { get; init; }

    /// <summary>What happened, to which model, and after a failure what to try; one line.</summary>
    public required string Message { get; init; }

    /// <summary>Full path of the model's folder; null after a failure.</summary>
    public string? Folder { get; init; }

    /// <summary>What went well but should be known, one line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public bool Succeeded => Outcome != PullOutcome.Failed;
}
