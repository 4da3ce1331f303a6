using Lineup.Frontend.Clustering;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Classification;

/// <summary>Sends one picture to one variant's grain and keeps the caller's deadline, whatever becomes of the call.</summary>
internal sealed class VariantClassifier(VariantGrains grains)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The grain's reply, or the outcome that the deadline has passed. Settled tells that no silo reads the picture any more, so that
    /// the memory behind it may be used again.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<(ClassifyReply Reply, bool Settled)> ClassifyAsync(
        ModelVariantId id, ReadOnlyMemory<byte> image, ClassifyWishes wishes, Guid? comparison, CancellationToken aborted)
    {
        if (wishes.Budget <= TimeSpan.Zero)
            return (Late, true);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(aborted);

        // The silo keeps the deadline and says what came of it; this only catches what is lost.
        deadline.CancelAfter(wishes.Budget + Grace);
        var request = new ClassifyRequest
        {
            Image = image,
            Top = wishes.Top,
            Budget = wishes.Budget,
            Comparison = comparison,
            Priority = wishes.Priority,
        };
        try
        {
            var reply = await grains.Get(VariantReplicaId.First(id)).Classify(request, deadline.Token);
            aborted.ThrowIfCancellationRequested();
            return (reply.Outcome == ClassifyOutcome.Cancelled ? Late : reply, true);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return (Late, false);
        }
    }

    private static ClassifyReply Late { get; } = new()
    {
        Outcome = ClassifyOutcome.DeadlineExceeded,
        Reason = "No answer came within the deadline. Allow more time or try again later.",
        Silo = "",
    };
}
