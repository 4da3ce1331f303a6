using System.ComponentModel.DataAnnotations;
using Lineup.Inference.Lanes;
using Microsoft.Extensions.Options;

namespace Lineup.Inference.Admission;

/// <summary>How much may wait, and for how long.</summary>
public sealed class AdmissionOptions
{
    public const string Section = "Lineup:Admission";

    /// <summary>Most pictures that wait for one variant. Default: 256. Legal: 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int QueueLimit { get; set; } = 256;

    /// <summary>Most encoded bytes that wait on a silo, all variants together. Default: 256 MiB. Legal: 1 MiB to 64 GiB.</summary>
    [Range(1048576, 64L * 1024 * 1024 * 1024)]
    public long MaxWaitingBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// How far bulk work may fill both of these limits: it is turned away once so much waits, of either priority, so that it is turned
    /// away first and interactive work always finds room behind it. Default: 0.5. Legal: 0.01 to 1.
    /// </summary>
    [Range(0.01, 1)]
    public double BulkQueueShare { get; set; } = 0.5;

    /// <summary>Time a caller that does not say is willing to wait for the answer. Default: 10 s. Legal: 10 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan DefaultDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time a caller may ask for. Default: 60 s. Legal: 10 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan MaxDeadline { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Most pictures that may wait for one variant when one of this priority comes.</summary>
    internal int QueueLimitFor(LanePriority priority) =>
        priority == LanePriority.Bulk ? Math.Max((int)(QueueLimit * BulkQueueShare), 1) : QueueLimit;

    /// <summary>Most encoded bytes that may wait on the silo when some of this priority come.</summary>
    internal long MaxWaitingBytesFor(LanePriority priority) =>
        priority == LanePriority.Bulk ? (long)(MaxWaitingBytes * BulkQueueShare) : MaxWaitingBytes;

    internal sealed class Validator : IValidateOptions<AdmissionOptions>
    {
        public ValidateOptionsResult Validate(string? name, AdmissionOptions options) => options.DefaultDeadline <= options.MaxDeadline
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{Section}:DefaultDeadline ({options.DefaultDeadline}) must not exceed {Section}:MaxDeadline ({options.MaxDeadline}).");
    }
}
