namespace Lineup.ModelRepository.Pulling;

/// <summary>What a caller may ask of one pull.</summary>
public sealed record PullOptions
{
    /// <summary>
    /// Fetch the original again and replace it, its labels and model.json, even if they are sound or were put there by hand.
    /// The model's other variants stay. Default: false.
    /// </summary>
    public bool Force { get; init; }
}
