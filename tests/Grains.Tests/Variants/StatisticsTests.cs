using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;

namespace Lineup.Grains.Tests.Variants;

[Collection(ClusterFixture.Name)]
public sealed class StatisticsTests(ClusterFixture fixture)
{
    [Fact]
    public async Task GetStatus_AfterRequests_CountsThemByOutcome()
    {
        var variant = fixture.Variant(fixture.AddModel());
        for (var i = 0; i < 3; i++)
            await variant.ClassifyAsync();
        await variant.ClassifyAsync([]);
        await variant.ClassifyAsync([1, 2, 3]);

        var status = await variant.GetStatus();

        var expected = new Dictionary<ClassifyOutcome, long>
        {
            [ClassifyOutcome.Ok] = 3,
            [ClassifyOutcome.EmptyImage] = 1,
            [ClassifyOutcome.UnsupportedImage] = 1,
        };
        Assert.Equal(expected, status.Statistics.Requests);
    }

    [Fact]
    public async Task GetStatus_AfterRequests_HasTheStagesOfTheSuccessfulOnes()
    {
        var variant = fixture.Variant(fixture.AddModel());
        var replies = new List<ClassifyReply>();
        for (var i = 0; i < 5; i++)
            replies.Add(await variant.ClassifyAsync());
        await variant.ClassifyAsync([]);

        var statistics = (await variant.GetStatus()).Statistics;

        Assert.All(
            [statistics.Queue, statistics.Decode, statistics.Inference, statistics.Total],
            stage => Assert.Equal(5, stage.Count));
        Assert.Equal(replies.Max(reply => reply.Times.Total), statistics.Total.Max);
        Assert.Equal(replies.Max(reply => reply.Times.Inference), statistics.Inference.Max);
        var median = replies.Select(reply => reply.Times.Inference).Order().ElementAt(2).TotalMicroseconds;
        Assert.InRange(statistics.Inference.Quantile(0.5).TotalMicroseconds, (median * 0.968) - 1, (median * 1.032) + 1);
    }

    [Fact]
    public async Task GetStatus_HeldWhileMoreIsServed_DoesNotChange()
    {
        var variant = fixture.Variant(fixture.AddModel());
        await variant.ClassifyAsync();
        var before = await variant.GetStatus();

        await variant.ClassifyAsync();

        Assert.Equal(1, before.Statistics.Requests[ClassifyOutcome.Ok]);
        Assert.Equal(1, before.Statistics.Total.Count);
        Assert.Equal(2, (await variant.GetStatus()).Statistics.Total.Count);
    }
}
