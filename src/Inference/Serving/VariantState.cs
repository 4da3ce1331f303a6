namespace Lineup.Inference.Serving;

/// <summary>Where a variant is in its life.</summary>
public enum VariantState
{
    /// <summary>Not in memory; the first request or a load brings it in.</summary>
    Absent,

    /// <summary>ONNX Runtime reads and optimises the file.</summary>
    Loading,

    /// <summary>First runs, which check the output and tell how long one takes.</summary>
    Warming,

    /// <summary>Serving.</summary>
    Ready,

    /// <summary>Being unloaded; accepted requests still finish.</summary>
    Draining,

    /// <summary>It could not be loaded; the reason is kept.</summary>
    Failed,
}

/// <summary>A variant's state at one moment.</summary>
/// <param name="State">Where it is in its life.</param>
/// <param name="Reason">Why it failed; null otherwise.</param>
/// <param name="LoadTime">How long loading and warming up took; null unless ready.</param>
/// <param name="SessionBytes">Growth of the process's resident memory while it was loaded: an estimate; null unless ready.</param>
/// <param name="Waiting">Pictures waiting for a lane.</param>
/// <param name="PredictedWait">Expected wait of a picture sent now.</param>
/// <param name="ServiceTime">What a picture costs a lane, on average of late; null unless ready.</param>
public sealed record VariantSnapshot(
    VariantState State, string? Reason, TimeSpan? LoadTime, long? SessionBytes, int Waiting, TimeSpan PredictedWait, TimeSpan? ServiceTime);
