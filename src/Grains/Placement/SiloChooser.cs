using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Lineup.GrainInterfaces;

namespace Lineup.Grains.Placement;

/// <summary>
/// Chooses the silo for a replica. A leaving silo is the last resort, then one without the memory, then one that has another replica of
/// the variant: that one would share session and lanes with it and add nothing. Among the rest the least loaded is taken. A pure function.
/// </summary>
internal static class SiloChooser
{
    /// <summary>Loads within one step count as the same: what is measured over a second is no finer.</summary>
    private const double LoadStep = 0.25;

    /// <param name="replica">What is to be placed.</param>
    /// <param name="candidates">Where it could be, at least one.</param>
    /// <param name="sessionBytes">What its session is expected to take.</param>
    /// <returns>Index of the chosen one.</returns>
    public static int Choose(VariantReplicaId replica, IReadOnlyList<SiloCandidate> candidates, long sessionBytes)
    {
        var best = candidates.Min(candidate => Score(candidate, sessionBytes));

        // Rendezvous hashing: a variant has its own order of silos, whoever asks and whichever silos come and go, so that files that lie
        // on a silo are used again. The second replica begins with the second silo, and so on, so that replicas part even where nothing
        // is known, or where several silos place them at the same time.
        var order = Enumerable.Range(0, candidates.Count)
            .OrderBy(index => Hash(replica.Variant, candidates[index].Name))
            .ThenBy(index => candidates[index].Name, StringComparer.Ordinal)
            .ToList();
        return Enumerable.Range(replica.Number - 1, order.Count)
            .Select(place => order[place % order.Count])
            .First(index => Score(candidates[index], sessionBytes).CompareTo(best) == 0);
    }

    private static (bool Leaving, bool Short, int Others, int Load) Score(SiloCandidate candidate, long sessionBytes) => (
        candidate.IsLeaving,
        !candidate.HasSession && candidate.FreeBytes < sessionBytes,
        candidate.OtherReplicas,
        (int)(candidate.Load / LoadStep));

    private static ulong Hash(ModelVariantId variant, string silo) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{variant}@{silo}")));
}
