using System.Diagnostics;

namespace Lineup.Inference.Serving;

/// <summary>A request's way through a lane as spans of its trace. Costs nothing while nobody listens.</summary>
public static class ServingTraces
{
    public const string SourceName = "Lineup.Inference";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The trace that the calling code belongs to, if anybody wants it; lanes work on threads of their own.</summary>
    internal static ActivityContext Current() => Source.HasListeners() && Activity.Current is { } activity ? activity.Context : default;

    /// <summary>A stage that has just ended.</summary>
    /// <param name="trace">What <see cref="Current"/> gave when the request arrived.</param>
    /// <param name="stage">The stage's name, as in the metrics.</param>
    /// <param name="variant">Who was asked.</param>
    /// <param name="end">When it ended.</param>
    /// <param name="length">How long it took.</param>
    internal static void Ended(ActivityContext trace, string stage, LoadedVariant variant, DateTimeOffset end, TimeSpan length)
    {
        if (trace == default)
            return;
        using var activity = Source.StartActivity(stage, ActivityKind.Internal, trace, startTime: end - length);
        activity?.SetTag("lineup.model", variant.Entry.Model.Name).SetTag("lineup.variant", variant.Entry.Manifest.Name);
        activity?.SetEndTime(end.UtcDateTime);
    }
}
