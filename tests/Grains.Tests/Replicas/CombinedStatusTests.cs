using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Replicas;

namespace Lineup.Grains.Tests.Replicas;

public sealed class CombinedStatusTests
{
    private static readonly ModelVariantId Id = new("net", "int8");

    [Fact]
    public void Of_SeveralSilos_AddsWhatAddsUpAndShowsEach()
    {
        var status = CombinedStatus.Of(Id, [Answer(1, Ready("b", waiting: 3, waitSeconds: 2)), Answer(2, Ready("a", waiting: 4, waitSeconds: 1))], new());

        Assert.Equal((VariantState.Ready, 7, TimeSpan.FromSeconds(1), 200L, "a, b"), (status.State, status.Waiting, status.PredictedWait, status.SessionBytes!.Value, status.Silo));
        Assert.Null(status.Reason);
        Assert.Equal([(1, "b", 3), (2, "a", 4)], status.Replicas.Select(replica => (replica.Number, replica.Silo, replica.Waiting)));
    }

    [Fact]
    public void Of_TwoReplicasOnOneSilo_CountsTheirSessionAndQueueOnce()
    {
        var status = CombinedStatus.Of(Id, [Answer(1, Ready("a", waiting: 3)), Answer(2, Ready("a", waiting: 3))], new());

        Assert.Equal((3, 100L, "a"), (status.Waiting, status.SessionBytes!.Value, status.Silo));
    }

    [Fact]
    public void Of_Statistics_AreTheSumOverReplicasWhereverTheyAre()
    {
        var first = Ready("a") with { Statistics = Served(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(3)) };
        var second = Ready("a") with { Statistics = Served(TimeSpan.FromMilliseconds(5)) };
        var third = Ready("b") with { Statistics = Served(TimeSpan.FromMilliseconds(100)) };

        var status = CombinedStatus.Of(Id, [Answer(1, first), Answer(2, second), Answer(3, third)], new());

        var whole = Served(new[] { 1, 3, 5, 100 }.Select(ms => TimeSpan.FromMilliseconds(ms)).ToArray());
        Assert.Equal(4, status.Statistics.Requests[ClassifyOutcome.Ok]);
        Assert.Equal((whole.Total.Count, whole.Total.Mean, whole.Total.Max), (status.Statistics.Total.Count, status.Statistics.Total.Mean, status.Statistics.Total.Max));
        Assert.All([0.1, 0.5, 0.99], share => Assert.Equal(whole.Total.Quantile(share), status.Statistics.Total.Quantile(share)));
    }

    [Fact]
    public void Of_OneReplicaFailed_ServesWithTheOthersAndSaysWhatFailed()
    {
        var status = CombinedStatus.Of(Id, [Answer(1, Failed("a", "no memory")), Answer(2, Ready("b"))], new());

        Assert.Equal((VariantState.Ready, "replica 1 on a: no memory"), (status.State, status.Reason));
    }

    [Fact]
    public void Of_OnlyReplicaFailed_GivesItsReasonAsItIs()
    {
        var status = CombinedStatus.Of(Id, [Answer(1, Failed("a", "no memory"))], new());

        Assert.Equal((VariantState.Failed, "no memory"), (status.State, status.Reason));
    }

    [Fact]
    public void Of_SilentReplica_KeepsWhatItHadCountedButNotItsState()
    {
        var last = Ready("b", waiting: 9) with { Statistics = Served(TimeSpan.FromMilliseconds(1)) };

        var status = CombinedStatus.Of(Id, [Answer(1, Ready("a", waiting: 2)), new(2, last, new TimeoutException())], new());

        Assert.Equal((VariantState.Ready, 2, "a", "replica 2: it does not answer"), (status.State, status.Waiting, status.Silo, status.Reason));
        Assert.Equal(1, status.Statistics.Total.Count);
    }

    private static ReplicaAnswer Answer(int number, VariantStatus status) => new(number, status, Silence: null);

    private static VariantStatus Ready(string silo, int waiting = 0, double waitSeconds = 0) => new()
    {
        Id = Id,
        Exists = true,
        State = VariantState.Ready,
        LoadTime = TimeSpan.FromSeconds(1),
        SessionBytes = 100,
        Waiting = waiting,
        PredictedWait = TimeSpan.FromSeconds(waitSeconds),
        Silo = silo,
        Statistics = new(),
    };

    private static VariantStatus Failed(string silo, string reason) =>
        new() { Id = Id, Exists = true, State = VariantState.Failed, Reason = reason, Silo = silo, Statistics = new() };

    private static VariantStatistics Served(params TimeSpan[] totals)
    {
        var statistics = new VariantStatistics();
        foreach (var total in totals)
            statistics.Record(ClassifyOutcome.Ok, new(default, default, default, total, DecodeShared: false));
        return statistics;
    }
}
