using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;
using Lineup.Inference.Imaging;
using Lineup.Inference.Lanes;
using Lineup.Inference.Serving;
using Served = Lineup.Inference.Serving;
using Wire = Lineup.GrainInterfaces.Variants;

namespace Lineup.Grains.Variants;

/// <summary>From what the libraries say to what travels. Lists become arrays, which the serializer knows.</summary>
internal static class WireMapping
{
    public static ClassifyReply ToReply(this ClassificationOutcome outcome, string silo, ReplicaLoad load) => new()
    {
        Outcome = outcome.Outcome(),
        Reason = outcome.Reason,
        Predictions = Predictions(outcome),
        Times = outcome.StageTimes(),
        RetryAfter = outcome.RetryAfter,
        Silo = silo,
        Load = load,
    };

    public static Wire.StageTimes StageTimes(this ClassificationOutcome outcome) =>
        new(outcome.Times.Queue, outcome.Times.Decode, outcome.Times.Inference, outcome.Times.Total, outcome.Times.DecodeShared);

    public static VariantStatus ToStatus(
        this VariantSnapshot now, ModelVariantId id, string? whyMissing, string silo, VariantStatistics statistics) => new()
        {
            Id = id,
            Exists = whyMissing is null,
            State = State(now.State),
            Reason = now.Reason ?? whyMissing,
            LoadTime = now.LoadTime,
            SessionBytes = now.SessionBytes,
            Waiting = now.Waiting,
            PredictedWait = now.PredictedWait,
            Silo = silo,
            Statistics = statistics,
        };

    public static LanePriority ToLanePriority(this ClassifyPriority priority) =>
        priority == ClassifyPriority.Bulk ? LanePriority.Bulk : LanePriority.Interactive;

    private static Prediction[] Predictions(ClassificationOutcome outcome)
    {
        var predictions = new Prediction[outcome.Predictions.Count];
        for (var i = 0; i < predictions.Length; i++)
        {
            var scored = outcome.Predictions[i];
            var label = outcome.Labels?[scored.Index];
            predictions[i] = new(scored.Index, label?.Id, label?.Name ?? $"class {scored.Index}", scored.Probability);
        }

        return predictions;
    }

    public static ClassifyOutcome Outcome(this ClassificationOutcome outcome) => outcome.Status switch
    {
        ClassificationStatus.Ok => ClassifyOutcome.Ok,
        ClassificationStatus.NotFound => ClassifyOutcome.NotFound,
        ClassificationStatus.Loading => ClassifyOutcome.Loading,
        ClassificationStatus.NotReady => ClassifyOutcome.NotReady,
        ClassificationStatus.Busy => ClassifyOutcome.Busy,
        ClassificationStatus.InvalidImage => outcome.ImageError switch
        {
            ImageError.Empty => ClassifyOutcome.EmptyImage,
            ImageError.UnsupportedFormat => ClassifyOutcome.UnsupportedImage,
            ImageError.TooManyBytes => ClassifyOutcome.ImageTooLarge,
            _ => ClassifyOutcome.InvalidImage,
        },
        ClassificationStatus.DeadlineExceeded => ClassifyOutcome.DeadlineExceeded,
        ClassificationStatus.Cancelled => ClassifyOutcome.Cancelled,
        _ => ClassifyOutcome.Failed,
    };

    public static Wire.VariantState State(Served.VariantState state) => state switch
    {
        Served.VariantState.Absent => Wire.VariantState.Absent,
        Served.VariantState.Loading => Wire.VariantState.Loading,
        Served.VariantState.Warming => Wire.VariantState.Warming,
        Served.VariantState.Ready => Wire.VariantState.Ready,
        Served.VariantState.Draining => Wire.VariantState.Draining,
        _ => Wire.VariantState.Failed,
    };
}
