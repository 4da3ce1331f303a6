using Microsoft.Extensions.Logging;

namespace Lineup.Inference.Serving;

/// <summary>An operator's story of the variants on a silo.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(1, LogLevel.Information, "{Model}/{Variant} is ready after {LoadMilliseconds:0} ms and takes about {SessionMebibytes:0.0} MiB")]
    public static partial void Ready(this ILogger log, string model, string variant, double loadMilliseconds, double sessionMebibytes);

    [LoggerMessage(2, LogLevel.Information, "{Model}/{Variant} is unloaded")]
    public static partial void Unloaded(this ILogger log, string model, string variant);

    [LoggerMessage(3, LogLevel.Warning, "{Model}/{Variant} cannot be served: {Reason}")]
    public static partial void LoadFailed(this ILogger log, Exception? error, string model, string variant, string reason);
}
