using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Grains.Replicas;

/// <summary>What one replica said, or that it said nothing.</summary>
/// <param name="Number">Which.</param>
/// <param name="Status">Its answer; where it is silent, the last one it ever gave, or null.</param>
/// <param name="Silence">Why it does not answer; null if it does.</param>
internal readonly record struct ReplicaAnswer(int Number, VariantStatus? Status, Exception? Silence);

/// <summary>Makes one variant of its replicas.</summary>
internal static class CombinedStatus
{
    /// <summary>A variant is what the best of its replicas is, since that one serves.</summary>
    private static readonly VariantState[] BestFirst =
        [VariantState.Ready, VariantState.Warming, VariantState.Loading, VariantState.Draining, VariantState.Failed, VariantState.Absent];

    /// <param name="id">The variant.</param>
    /// <param name="answers">What its replicas said.</param>
    /// <param name="gone">What was counted by replicas that it had before.</param>
    public static VariantStatus Of(ModelVariantId id, IReadOnlyList<ReplicaAnswer> answers, VariantStatistics gone)
    {
        var replicas = answers.Select(Describe).ToArray();

        // Replicas on one silo share its session and its queue, which count once.
        var silos = answers.Where(answer => answer.Silence is null).GroupBy(answer => answer.Status!.Silo).Select(group => group.First().Status!).ToList();
        var best = silos.MinBy(status => Array.IndexOf(BestFirst, status.State))!;
        var serving = silos.Where(status => status.State == best.State).ToList();
        var sessions = silos.Where(status => status.SessionBytes is not null).ToList();
        return new()
        {
            Id = id,
            Exists = silos.Any(status => status.Exists),
            State = best.State,
            Reason = Reason(replicas),
            LoadTime = silos.Max(status => status.LoadTime),
            SessionBytes = sessions.Count > 0 ? sessions.Sum(status => status.SessionBytes) : null,
            Waiting = silos.Sum(status => status.Waiting),
            PredictedWait = serving.Min(status => status.PredictedWait),
            Silo = string.Join(", ", silos.Select(status => status.Silo).Order(StringComparer.Ordinal)),
            Statistics = Add(answers, gone),
            Replicas = replicas,
        };
    }

    private static ReplicaStatus Describe(ReplicaAnswer answer) => answer is { Silence: null, Status: { } status }
        ? new()
        {
            Number = answer.Number,
            State = status.State,
            Reason = status.Reason,
            Silo = status.Silo,
            Waiting = status.Waiting,
            PredictedWait = status.PredictedWait,
            SessionBytes = status.SessionBytes,
        }
        : new() { Number = answer.Number, State = VariantState.Absent, Reason = "it does not answer", Silo = "" };

    private static string? Reason(ReplicaStatus[] replicas)
    {
        if (replicas is [var only])
            return only.Reason;
        var reasons = replicas.Where(replica => replica.Reason is not null)
            .Select(replica => $"replica {replica.Number}{(replica.Silo.Length > 0 ? $" on {replica.Silo}" : "")}: {replica.Reason}");
        return string.Join("; ", reasons) is { Length: > 0 } text ? text : null;
    }

    private static VariantStatistics Add(IReadOnlyList<ReplicaAnswer> answers, VariantStatistics gone)
    {
        var sum = gone.Copy();
        foreach (var answer in answers)
        {
            if (answer.Status is { } status)
                sum.Add(status.Statistics);
        }

        return sum;
    }
}
