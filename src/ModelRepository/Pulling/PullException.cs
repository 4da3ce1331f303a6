namespace Lineup.ModelRepository.Pulling;

/// <summary>Carries an expected failure from the depth of a pull to its boundary, where it becomes a result.</summary>
internal sealed class PullException(PullError error, string what, string advice, Exception? inner = null)
    : Exception($"{what}; {advice}", inner)
{
    public const string TryAgain = "try again, what came so far is kept";

    public PullError Error => error;

    /// <summary>What happened, in words that follow "mobilenetv2: ".</summary>
    public string What => what;

    /// <summary>What to try.</summary>
    public string Advice => advice;

    /// <summary>Whether the same request may well succeed a little later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long the server asked to be left alone; null if it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static PullException Broken(Exception? inner = null) =>
        new(PullError.ConnectionLost, "the connection broke", TryAgain, inner) { IsTransient = true };
}
