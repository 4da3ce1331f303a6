using System.Threading.Channels;
using Lineup.Frontend.Clustering;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Variants;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Drift;

/// <summary>
/// Lets the original answer a share of the pictures that other variants have answered, after their callers have been served: one at a
/// time, only on a lane that is free, and only where the original is loaded anyway. What does not fit is skipped, never queued up.
/// </summary>
internal sealed class DriftSampler(VariantGrains grains, IOptions<DriftOptions> options, DriftMetrics metrics, TimeProvider clock) : BackgroundService
{
    private const int MostWaiting = 8;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly Channel<DriftCheck> _checks = Channel.CreateBounded<DriftCheck>(MostWaiting);

    /// <summary>A variant has answered. Returns at once; copies the picture if this answer is among the sampled.</summary>
    public void Answered(ModelVariantId variant, ReadOnlyMemory<byte> image, ClassifyReply reply)
    {
        if (options.Value.Share <= 0 || variant.Variant == ModelStore.OriginalName || Random.Shared.NextDouble() >= options.Value.Share)
            return;

        // The place is looked for first: a picture that would be dropped is not worth its copy. A race costs one copy.
        if (_checks.Reader.Count >= MostWaiting || !_checks.Writer.TryWrite(new(variant, reply.Predictions[0].Index, image.ToArray())))
            metrics.Skipped(variant);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var check in _checks.Reader.ReadAllAsync(stoppingToken))
        {
            if (await AskOriginalAsync(check, stoppingToken) is { } best)
                metrics.Checked(check.Variant, best == check.Best);
            else
                metrics.Skipped(check.Variant);
        }
    }

    private async Task<int?> AskOriginalAsync(DriftCheck check, CancellationToken stopping)
    {
        var original = new ModelVariantId(check.Variant.Model, ModelStore.OriginalName);
        var request = new ClassifyRequest { Image = check.Image, Top = 1, Budget = Budget, IsSpare = true };
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                var reply = await grains.Get(VariantReplicaId.First(original)).Classify(request, stopping);
                if (reply.Outcome == ClassifyOutcome.Ok)
                    return reply.Predictions[0].Index;
                if (reply.Outcome != ClassifyOutcome.Busy || clock.GetElapsedTime(started) > options.Value.Patience)
                    return null;
            }
#pragma warning disable CA1031 // A check is nobody's request: whatever keeps the cluster from answering, the answer was served long ago.
            catch (Exception) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                return null;
            }

            await Task.Delay(RetryDelay, clock, stopping);
        }
    }
}
