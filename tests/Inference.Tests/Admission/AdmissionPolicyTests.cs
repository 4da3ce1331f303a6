using Lineup.Inference.Admission;
using Lineup.Inference.Lanes;

namespace Lineup.Inference.Tests.Admission;

public sealed class AdmissionPolicyTests
{
    private static readonly AdmissionOptions Options = new() { QueueLimit = 10, MaxWaitingBytes = 10_000_000 };

    /// <summary>Two lanes, both half through a picture of 100 ms; this variant has three more waiting.</summary>
    private static readonly SiloLoad Busy = new(
        Lanes: 2, FreeLanes: 0, Waiting: 3, ServiceSeconds: 0.1, Running: 0.1, OwnWaiting: 0.3, TotalWaiting: 0.3, Sharing: 1, WaitingBytes: 400_000);

    [Theory]
    [InlineData(1, RefusalCause.None)]
    [InlineData(0, RefusalCause.NoLaneFree)]
    public void DecideSpare_LanesFreeOrNot_TakesOnlyAFreeOne(int free, RefusalCause cause)
    {
        var decision = AdmissionPolicy.DecideSpare(Busy with { FreeLanes = free });

        Assert.Equal((cause, cause == RefusalCause.None), (decision.Cause, decision.IsAdmitted));
    }

    [Fact]
    public void Decide_EachReasonToRefuse_IsNamed()
    {
        var ample = TimeSpan.FromHours(1);

        Assert.Equal(RefusalCause.QueueFull, AdmissionPolicy.Decide(Options, Busy with { Waiting = 10 }, 1, ample).Cause);
        Assert.Equal(RefusalCause.BytesFull, AdmissionPolicy.Decide(Options, Busy, 10_000_000, ample).Cause);
        Assert.Equal(RefusalCause.WaitTooLong, AdmissionPolicy.Decide(Options, Busy, 1, TimeSpan.FromMilliseconds(150)).Cause);
        Assert.Equal(RefusalCause.None, AdmissionPolicy.Decide(Options, Busy, 1, ample).Cause);
    }

    [Fact]
    public void PredictWait_LaneFree_IsZero() => Assert.Equal(TimeSpan.Zero, AdmissionPolicy.PredictWait(Busy with { FreeLanes = 1 }));

    [Theory]
    [InlineData(1, 0.3, 0.2)]
    [InlineData(2, 8, 0.35)]
    [InlineData(3, 8, 0.5)]
    [InlineData(3, 0.4, 0.25)]
    public void PredictWait_LanesShared_IsOwnWorkTimesSharersButNeverMoreThanAll(int sharing, double total, double seconds)
    {
        var wait = AdmissionPolicy.PredictWait(Busy with { Sharing = sharing, TotalWaiting = total });

        Assert.Equal(seconds, wait.TotalSeconds, 1e-6);
    }

    [Theory]
    [InlineData(LanePriority.Interactive, 0.9, 0.3, 100, 0.05 + (0.3 + 0.3 / 9) / 2)]
    [InlineData(LanePriority.Interactive, 0.9, 0.3, 0.01, 0.05 + 0.31 / 2)]
    [InlineData(LanePriority.Bulk, 0.1, 0.3, 2, 0.05 + 2.3 / 2)]
    [InlineData(LanePriority.Bulk, 0.1, 0, 100, 0.05 + 0.1 * 9 / 2)]
    public void PredictWait_OtherPriorityWaits_CountsItsShareOfTheTime(LanePriority priority, double share, double own, double other, double seconds)
    {
        var load = Busy with { OwnWaiting = own, TotalWaiting = own, OtherWaiting = other, Priority = priority, Share = share };

        Assert.Equal(seconds, AdmissionPolicy.PredictWait(load).TotalSeconds, 1e-6);
    }

    [Theory]
    [InlineData(4, 4_599_999, RefusalCause.None)]
    [InlineData(5, 1000, RefusalCause.QueueFull)]
    [InlineData(4, 4_600_001, RefusalCause.BytesFull)]
    public void Decide_Bulk_MayFillHalfOfTheRoom(int waiting, int bytes, RefusalCause cause)
    {
        var load = Busy with { Waiting = waiting, Priority = LanePriority.Bulk, Share = 0.1 };

        Assert.Equal(cause, AdmissionPolicy.Decide(Options, load, bytes, TimeSpan.FromHours(1)).Cause);
        Assert.True(AdmissionPolicy.Decide(Options, load with { Priority = LanePriority.Interactive, Share = 0.9 }, bytes, TimeSpan.FromHours(1)).IsAdmitted);
    }

    [Fact]
    public void PredictWait_NoWorkOfItsOwn_IsShortBehindAFlood()
    {
        var newcomer = Busy with { Waiting = 0, OwnWaiting = 0, TotalWaiting = 100, Sharing = 2 };

        Assert.InRange(AdmissionPolicy.PredictWait(newcomer), TimeSpan.Zero, TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public void PredictWait_OthersHoldTheLanes_IsUntilOneIsFree()
    {
        var newcomer = Busy with { Waiting = 0, OwnWaiting = 0, ServiceSeconds = 0.001, Running = 3, TotalWaiting = 0 };

        Assert.Equal(1.5, AdmissionPolicy.PredictWait(newcomer).TotalSeconds, 1e-6);
    }

    [Theory]
    [InlineData(0.31, true)]
    [InlineData(0.29, false)]
    public void Decide_WaitAndServiceAgainstBudget_AdmitsWhatFits(double budget, bool admitted)
    {
        // 0.2 s to wait, 0.1 s to be served.
        var decision = AdmissionPolicy.Decide(Options, Busy, 1000, TimeSpan.FromSeconds(budget));

        Assert.Equal(admitted, decision.IsAdmitted);
        Assert.Equal(admitted, decision.Reason is null);
    }

    [Fact]
    public void Decide_BudgetShorterThanServiceButLaneFree_Admits()
    {
        // The estimate may be wrong; nothing is lost by trying while a lane has nothing better to do.
        var decision = AdmissionPolicy.Decide(Options, Busy with { FreeLanes = 1 }, 1000, TimeSpan.FromMilliseconds(1));

        Assert.True(decision.IsAdmitted);
    }

    [Fact]
    public void Decide_Refused_NeverAsksToRetryAtOnce()
    {
        var decision = AdmissionPolicy.Decide(Options, Busy, 1000, TimeSpan.FromSeconds(0.2999));

        Assert.False(decision.IsAdmitted);
        Assert.Equal(TimeSpan.FromMilliseconds(50), decision.RetryAfter);
    }

    [Fact]
    public void Decide_QueueFull_RefusesWhateverTheBudget()
    {
        var decision = AdmissionPolicy.Decide(Options, Busy with { Waiting = 10, ServiceSeconds = 0 }, 1000, TimeSpan.FromHours(1));

        Assert.False(decision.IsAdmitted);
        Assert.Contains("10 requests", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9_000_000, 1_000_000, true)]
    [InlineData(9_000_000, 1_000_001, false)]
    [InlineData(0, 20_000_000, true)]
    public void Decide_WaitingBytes_AreLimitedButOnePictureAlwaysFits(long waiting, int bytes, bool admitted)
    {
        var decision = AdmissionPolicy.Decide(Options, Busy with { WaitingBytes = waiting }, bytes, TimeSpan.FromHours(1));

        Assert.Equal(admitted, decision.IsAdmitted);
    }
}
