using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Grains.Placement;

/// <summary>Puts together what reports and recent placements say about the silos that could take a replica. Pure functions.</summary>
internal static class CandidateTable
{
    /// <summary>ONNX Runtime keeps weights in a layout of its own beside what the file holds; what a variant takes is known once it was loaded anywhere.</summary>
    private const long SessionBytesPerFileByte = 3;

    /// <param name="replica">What is to be placed.</param>
    /// <param name="silos">Address, with generation, of each silo that could take it, and its name.</param>
    /// <param name="loads">The latest reports.</param>
    /// <param name="recent">What was placed since, and may not show in them.</param>
    public static SiloCandidate[] Of(
        VariantReplicaId replica, IReadOnlyList<(string Address, string Name)> silos, ClusterLoads loads, IReadOnlyList<PlacedReplica> recent) =>
        [.. silos.Select(silo => Describe(replica, silo, loads.Silos.FirstOrDefault(report => report.Address == silo.Address), recent))];

    /// <summary>What a session of the variant takes: the most that any silo reports, else a guess by the size of its file.</summary>
    public static long SessionBytes(ModelVariantId variant, ClusterLoads loads, long? fileBytes) =>
        loads.Silos.SelectMany(silo => silo.Replicas).Where(replica => replica.Id.Variant == variant).Max(replica => replica.SessionBytes)
        ?? (fileBytes ?? 0) * SessionBytesPerFileByte;

    private static SiloCandidate Describe(
        VariantReplicaId replica, (string Address, string Name) silo, SiloReport? report, IReadOnlyList<PlacedReplica> recent)
    {
        var shown = report?.Replicas ?? [];
        var coming = recent.Where(placed => placed.Silo == silo.Address && placed.Replica != replica && shown.All(known => known.Id != placed.Replica)).ToList();

        // What was sent elsewhere since is no longer here, whatever the report says.
        var others = shown.Select(known => known.Id)
            .Where(id => id.Variant == replica.Variant && id != replica && recent.All(placed => placed.Replica != id || placed.Silo == silo.Address))
            .Concat(coming.Select(placed => placed.Replica).Where(id => id.Variant == replica.Variant))
            .Count();
        var candidate = new SiloCandidate(silo.Name)
        {
            OtherReplicas = others,
            HasSession = shown.Any(known => known.Id.Variant == replica.Variant && known.State is VariantState.Ready)
                || coming.Any(placed => placed.Replica.Variant == replica.Variant),
        };
        return report is null ? candidate : candidate with
        {
            IsLeaving = report.IsLeaving,
            FreeBytes = report.FreeBytes - coming.Sum(placed => placed.SessionBytes),
            Load = report.BusyLanes / Math.Max(report.Lanes, 1),
        };
    }
}
