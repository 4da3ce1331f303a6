using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;
using Lineup.TestSupport.Hosting;

namespace Lineup.Grains.Tests.Catalog;

[Collection(ClusterFixture.Name)]
public sealed class PullTests(PullScene scene) : IClassFixture<PullScene>
{
    [Fact]
    public async Task ListOffers_OnePulled_SaysWhichIsPresent()
    {
        var (here, elsewhere) = (scene.Offer(), scene.Offer());
        await scene.Grains.GetGrain<IModelPullGrain>(here).Start(force: false);
        await scene.WatchAsync(here);

        var listing = await scene.Catalog.ListOffers(TestContext.Current.CancellationToken);

        Assert.Null(listing.Error);
        Assert.Equal("for tests", listing.Note);
        Assert.True(listing.Offers.Single(offer => offer.Name == here).Present);
        Assert.False(listing.Offers.Single(offer => offer.Name == elsewhere).Present);
    }

    [Fact]
    public async Task ListOffers_CatalogIsNotJson_SaysSo()
    {
        var model = scene.Offer();
        scene.WriteCatalog("{ this is not JSON");

        var listing = await scene.Catalog.ListOffers(TestContext.Current.CancellationToken);

        Assert.Empty(listing.Offers);
        Assert.Contains("cannot be used", listing.Error, StringComparison.Ordinal);
        await scene.Grains.GetGrain<IModelPullGrain>(model).Start(force: false);
        Assert.Equal(PullState.Failed, (await scene.WatchAsync(model))[^1].State);
    }

    [Fact]
    public async Task Start_ModelOfTheCatalog_IsDoneAndServableWithoutRestart()
    {
        var model = scene.Offer();
        var variant = scene.Grains.GetGrain<IModelVariantGrain>($"{model}/original#1");
        Assert.Equal(ClassifyOutcome.NotFound, (await variant.ClassifyAsync()).Outcome);

        await scene.Grains.GetGrain<IModelPullGrain>(model).Start(force: false);

        var seen = await scene.WatchAsync(model);
        Assert.Equal(PullState.Done, seen[^1].State);
        Assert.Equal(ClassifyOutcome.Ok, (await variant.ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task Start_HashDiffers_FailsAndSaysSo()
    {
        var model = scene.Offer(sha256: new string('0', 64));

        await scene.Grains.GetGrain<IModelPullGrain>(model).Start(force: false);

        var last = (await scene.WatchAsync(model))[^1];
        Assert.Equal(PullState.Failed, last.State);
        Assert.Contains("sha256", last.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain((await scene.Catalog.ListModels()).Models, known => known.Name == model);
    }

    [Fact]
    public async Task Start_NotInTheCatalog_FailsAndSaysSo()
    {
        scene.Offer();

        await scene.Grains.GetGrain<IModelPullGrain>("no-such-model").Start(force: false);

        var last = (await scene.WatchAsync("no-such-model"))[^1];
        Assert.Equal(PullState.Failed, last.State);
        Assert.Contains("no-such-model", last.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhileOneIsUnderWay_JoinsIt()
    {
        await using var file = new GatedFile(new TinyModel().ToFile());
        var model = scene.Offer(file.Url);
        var grain = scene.Grains.GetGrain<IModelPullGrain>(model);
        await grain.Start(force: false);
        await file.Asked;
        var first = scene.WatchAsync(model);

        var joined = await grain.Start(force: false);

        Assert.False(joined.HasEnded, $"{joined}");
        var second = scene.WatchAsync(model);
        file.Open();
        Assert.All([await first, await second], seen => Assert.Equal(PullState.Done, seen[^1].State));
        Assert.Equal(1, file.Requests);
    }

    [Fact]
    public async Task Cancel_PullUnderWay_EndsItAndTheNextOneSucceeds()
    {
        await using var file = new GatedFile(new TinyModel().ToFile());
        var model = scene.Offer(file.Url);
        var grain = scene.Grains.GetGrain<IModelPullGrain>(model);
        await grain.Start(force: false);
        await file.Asked;
        var watching = scene.WatchAsync(model);

        await grain.Cancel();

        Assert.Equal(PullState.Cancelled, (await watching)[^1].State);
        Assert.Equal(PullState.Cancelled, (await grain.GetStatus()).State);
        file.Open();
        await grain.Start(force: false);
        Assert.Equal(PullState.Done, (await scene.WatchAsync(model))[^1].State);
    }

    [Fact]
    public async Task Cancel_NothingStarted_SaysSo() =>
        Assert.Equal(PullState.None, (await scene.Grains.GetGrain<IModelPullGrain>("never-started").Cancel()).State);

    [Fact]
    public async Task Watch_PullUnderWay_YieldsEachStateOnceUntilTheEnd()
    {
        await using var file = new GatedFile(new TinyModel().ToFile());
        var model = scene.Offer(file.Url);
        await scene.Grains.GetGrain<IModelPullGrain>(model).Start(force: false);
        await file.Asked;
        var watching = scene.WatchAsync(model);
        file.Open();

        var states = (await watching).ConvertAll(status => status.State);

        Assert.Equal(PullState.Done, states[^1]);
        Assert.Equal(states.Order(), states);
        Assert.All(states.SkipLast(1), state => Assert.InRange(state, PullState.Connecting, PullState.Installing));
    }

    [Fact]
    public async Task Watch_NothingStarted_SaysSoAndEnds()
    {
        var seen = await scene.WatchAsync("never-started");

        Assert.Equal(PullState.None, Assert.Single(seen).State);
    }
}
