using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;

namespace Lineup.Grains.Tests.Variants;

/// <summary>The silo has one lane, and the model is slow.</summary>
[Collection(ClusterFixture.Name)]
public sealed class OverloadTests(ClusterFixture fixture)
{
    [Fact]
    public async Task Classify_MoreThanTheBudgetAllows_TurnsTheRestAwayAtOnce()
    {
        var variant = fixture.Variant(fixture.AddModel(VariantCalls.Slow));

        // The fastest of some runs: a first one on a busy machine can seem to take as long as all that follow.
        var run = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
            run = TimeSpan.FromTicks(Math.Min(run.Ticks, (await variant.ClassifyAsync()).Times.Inference.Ticks));
        var budget = run * 4;

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => variant.ClassifyAsync(budget: budget)));

        var busy = replies.Where(reply => reply.Outcome == ClassifyOutcome.Busy).ToList();
        Assert.Contains(replies, reply => reply.Outcome == ClassifyOutcome.Ok);
        Assert.NotEmpty(busy);
        Assert.All(busy, reply => Assert.True(reply.RetryAfter > TimeSpan.Zero, $"{reply}"));
        Assert.All(busy, reply => Assert.Contains("more than the deadline allows", reply.Reason, StringComparison.Ordinal));
        Assert.All(busy, reply => Assert.True(reply.Times.Total < budget, $"{reply.Times} against a budget of {budget}"));
    }

    [Fact]
    public async Task Classify_AnotherVariantHoldsTheLaneTooLong_IsBusyAtOnce()
    {
        var slow = fixture.Variant(fixture.AddModel(VariantCalls.Slow with { ExtraWork = 3000 }));
        var quick = fixture.Variant(fixture.AddModel());
        await quick.LoadAsync();

        // Far longer than a refusal takes, and far shorter than the lane is held, however busy the machine is.
        var budget = (await slow.ClassifyAsync()).Times.Inference / 4;
        var running = slow.ClassifyAsync();
        await slow.UntilRunningAsync();

        var reply = await quick.ClassifyAsync(budget: budget);

        Assert.Equal(ClassifyOutcome.Busy, reply.Outcome);
        Assert.True(reply.Times.Total < budget, $"{reply.Times}");
        Assert.Equal(ClassifyOutcome.Ok, (await running).Outcome);
    }

    [Fact]
    public async Task Classify_CallerCancelsInTheQueue_TakesItOff()
    {
        var variant = fixture.Variant(fixture.AddModel(VariantCalls.Slow));
        await variant.LoadAsync();
        var others = Enumerable.Range(0, 3).Select(_ => variant.ClassifyAsync()).ToList();
        await variant.UntilAsync("two wait", status => status.Waiting == 2);
        using var caller = new CancellationTokenSource();
        var impatient = variant.ClassifyAsync(cancellation: caller.Token);
        await variant.UntilAsync("three wait", status => status.Waiting == 3);

        await caller.CancelAsync();

        var status = await variant.UntilAsync("the cancelled one is counted", now => now.Statistics.Requests.ContainsKey(ClassifyOutcome.Cancelled));
        Assert.InRange(status.Waiting, 0, 2);
        await AssertCancelledAsync(impatient);
        Assert.All(await Task.WhenAll(others), reply => Assert.Equal(ClassifyOutcome.Ok, reply.Outcome));
        var requests = (await variant.GetStatus()).Statistics.Requests;
        Assert.Equal((3, 1), (requests[ClassifyOutcome.Ok], requests[ClassifyOutcome.Cancelled]));
    }

    /// <summary>Either the reply or Orleans' own exception comes first; both say the same.</summary>
    private static async Task AssertCancelledAsync(Task<ClassifyReply> call)
    {
        try
        {
            Assert.Equal(ClassifyOutcome.Cancelled, (await call).Outcome);
        }
        catch (OperationCanceledException)
        {
            // As expected.
        }
    }
}
