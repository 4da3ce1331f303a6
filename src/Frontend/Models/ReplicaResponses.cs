using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Models;

/// <summary>A variant's replicas: how many there should be, and those that there are.</summary>
public sealed record ReplicasResponse
{
    /// <summary>How many there should be, set by hand or asked for by the load.</summary>
    public required int Wanted { get; init; }

    /// <summary>The load decides; nobody has set a number.</summary>
    public required bool Automatic { get; init; }

    /// <summary>How many there can be now: silos that could take one, and what the settings allow.</summary>
    public required int Most { get; init; }

    /// <summary>Why there are as many as there are.</summary>
    public required string Reason { get; init; }

    /// <summary>Those that take pictures, by number.</summary>
    public required IReadOnlyList<ReplicaResponse> Serving { get; init; }

    public static ReplicasResponse From(VariantStatus status) => new()
    {
        Wanted = status.Plan?.Wanted ?? 1,
        Automatic = status.Plan?.IsAutomatic ?? true,
        Most = status.Plan?.Most ?? 1,
        Reason = status.Plan?.Reason ?? "",
        Serving = [.. status.Replicas.Select(ReplicaResponse.From)],
    };
}

/// <summary>One replica.</summary>
public sealed record ReplicaResponse
{
    public required int Number { get; init; }

    /// <summary>absent, loading, warming, ready, draining or failed.</summary>
    public required VariantState State { get; init; }

    /// <summary>Why it failed or does not answer; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Name of its silo; empty where it does not answer.</summary>
    public required string Silo { get; init; }

    /// <summary>Pictures waiting for a lane.</summary>
    public required int Waiting { get; init; }

    /// <summary>Expected wait of a picture sent now.</summary>
    public required double PredictedWaitMs { get; init; }

    /// <summary>Growth of its silo's memory while it was loaded (an estimate); null unless loaded.</summary>
    public long? SessionBytes { get; init; }

    public static ReplicaResponse From(ReplicaStatus replica) => new()
    {
        Number = replica.Number,
        State = replica.State,
        Reason = replica.Reason,
        Silo = replica.Silo,
        Waiting = replica.Waiting,
        PredictedWaitMs = Math.Round(replica.PredictedWait.TotalMilliseconds, 1),
        SessionBytes = replica.SessionBytes,
    };
}
