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
        var run = (await variant.ClassifyAsync()).Times.Inference;

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => variant.ClassifyAsync(budget: run * 4)));

        var busy = replies.Where(reply => reply.Outcome == ClassifyOutcome.Busy).ToList();
        Assert.Contains(replies, reply => reply.Outcome == ClassifyOutcome.Ok);
        Assert.NotEmpty(busy);
        Assert.All(busy, reply => Assert.True(reply.RetryAfter > TimeSpan.Zero, $"{reply}"));
        Assert.All(busy, reply => Assert.Contains("more than the deadline allows", reply.Reason, StringComparison.Ordinal));
        Assert.All(busy, reply => Assert.True(reply.Times.Total < run, $"{reply.Times} against a run of {run}"));
    }

    [Fact]
    public async Task Classify_AnotherVariantHoldsTheLaneTooLong_IsBusyAtOnce()
    {
        // Longer than a quick run can seem to take on a busy machine, and far shorter than a slow one does.
        var budget = TimeSpan.FromMilliseconds(100);
        var slow = fixture.Variant(fixture.AddModel(VariantCalls.Slow with { ExtraWork = 1500 }));
        var quick = fixture.Variant(fixture.AddModel());
        await Task.WhenAll(slow.LoadAsync(), quick.LoadAsync());
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
