using Microsoft.ML.OnnxRuntime;

namespace Lineup.Inference.Sessions;

/// <summary>The one place that says how ONNX Runtime is set up for a lane.</summary>
internal static class SessionOptionsFactory
{
    /// <summary>
    /// One thread a run: lanes are the parallelism. Measured on 2 cores, two single-threaded runs side by side give 10 % more pictures
    /// than one run on two threads, and lanes times threads above the number of cores loses a third (docs/measurements.md).
    /// </summary>
    public static SessionOptions Create() => new()
    {
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };
}
