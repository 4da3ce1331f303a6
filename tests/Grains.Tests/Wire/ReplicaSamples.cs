using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Grains.Tests.Wire;

/// <summary>One of each message about replicas and loads, with a value of its own in every member.</summary>
internal static class ReplicaSamples
{
    public static object[] All => [Id, Load, Set, Status, Plan, Replica, Silo, new ClusterLoads { Silos = new[] { Silo }, Interval = TimeSpan.FromSeconds(3) }];

    public static ReplicaLoad Load => new(7, TimeSpan.FromSeconds(8), IsLeaving: true);

    public static ReplicaStatus Status => new()
    {
        Number = 2,
        State = VariantState.Failed,
        Reason = "why",
        Silo = "silo",
        Waiting = 3,
        PredictedWait = TimeSpan.FromSeconds(4),
        SessionBytes = 5,
    };

    private static VariantReplicaId Id => new(new("mobilenetv2", "int8"), 3);

    private static ReplicaSet Set => new() { Variant = Id.Variant, Numbers = new[] { 1, 3 }, Version = 4, ValidFor = TimeSpan.FromSeconds(5) };

    private static ReplicaReport Replica => new(Id, VariantState.Ready, 6, TimeSpan.FromSeconds(7), 8.5, 9, TimeSpan.FromSeconds(10));

    public static ReplicaPlan Plan => new() { Wanted = 3, IsAutomatic = true, Most = 2, Reason = "why" };

    private static SiloReport Silo => new()
    {
        Silo = "silo",
        Address = "127.0.0.1:11111@1",
        HttpAddress = "http://127.0.0.1:5100",
        Lanes = 2,
        BusyLanes = 1.5,
        FreeBytes = 1024,
        IsLeaving = true,
        Replicas = new[] { Replica },
        Age = TimeSpan.FromSeconds(2),
    };
}
