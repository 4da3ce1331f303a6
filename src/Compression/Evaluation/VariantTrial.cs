using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Evaluation;

/// <summary>A loaded variant and what came of it, picture by picture. Threads write to different pictures, so no lock is needed.</summary>
internal sealed class VariantTrial(VariantEntry entry, FileFacts file, ModelSession session, long memoryBytes, int pictures) : IDisposable
{
    public VariantEntry Entry { get; } = entry;

    public string Name => Entry.Manifest.Name;

    public FileFacts File { get; } = file;

    public ModelSession Session { get; } = session;

    public long MemoryBytes { get; } = memoryBytes;

    public VariantAnswer[] Answers { get; } = new VariantAnswer[pictures];

    public void Dispose() => Session.Dispose();
}

/// <summary>What a variant made of one picture.</summary>
/// <param name="Best">The best class; negative where the scores are not finite.</param>
/// <param name="Rank">How many classes come before the right one.</param>
/// <param name="Divergence">From the original, in nats; NaN where either's scores are not finite.</param>
/// <param name="Run">How long the run took.</param>
internal readonly record struct VariantAnswer(int Best, int Rank, double Divergence, TimeSpan Run)
{
    public bool IsFinite => Best >= 0;

    public bool IsRight => Rank == 0;
}

/// <summary>What reading a variant's file tells.</summary>
internal sealed record FileFacts(string Sha256, long CompressedBytes, long PackedBytes);
