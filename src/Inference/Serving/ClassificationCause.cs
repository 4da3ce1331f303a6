using Lineup.Inference.Admission;
using Lineup.Inference.Imaging;

namespace Lineup.Inference.Serving;

/// <summary>Why a request ended as it did, in words of a metric's label: few, fixed, and never a caller's.</summary>
public static class ClassificationCause
{
    public const string LoadFailed = "load_failed";
    public const string LoadTooSlow = "load_too_slow";
    public const string LoadQueueFull = "load_queue_full";
    public const string LoadBytesFull = "load_bytes_full";
    public const string Unloaded = "unloaded";
    public const string ShuttingDown = "shutting_down";
    public const string WaitedTooLong = "waited_too_long";
    public const string RuntimeError = "runtime_error";
    public const string ScoresNotFinite = "scores_not_finite";

    /// <summary>Bulk work was turned away, for whatever reason: that is what it is for, and no sign that a silo has too little room.</summary>
    public const string BulkShed = "bulk_shed";

    /// <summary>Nothing said how the request ended: a bug, or broken infrastructure.</summary>
    public const string Unexplained = "unexplained";

    public static string Of(RefusalCause cause) => cause switch
    {
        RefusalCause.QueueFull => "queue_full",
        RefusalCause.BytesFull => "bytes_full",
        RefusalCause.WaitTooLong => "wait_too_long",
        RefusalCause.NoLaneFree => "no_lane_free",
        _ => ShuttingDown,
    };

    public static string Of(ImageError error) => error switch
    {
        ImageError.Empty => "empty",
        ImageError.UnsupportedFormat => "unsupported_format",
        ImageError.TooManyBytes => "too_many_bytes",
        ImageError.TooLarge => "too_large",
        ImageError.Truncated => "truncated",
        _ => "corrupt",
    };
}
