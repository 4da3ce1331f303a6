using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Variants;

[Collection(ClusterFixture.Name)]
public sealed class ClassifyTests(ClusterFixture fixture)
{
    [Theory]
    [InlineData(250, 10, 10, 0, "red")]
    [InlineData(10, 250, 10, 1, "green")]
    [InlineData(10, 10, 250, 2, "blue")]
    public async Task Classify_PlainColour_GivesItsClassFirst(byte red, byte green, byte blue, int index, string label)
    {
        var variant = fixture.Variant(fixture.AddModel());

        var reply = await variant.ClassifyAsync(TestImages.Plain(red, green, blue));

        Assert.Equal(ClassifyOutcome.Ok, reply.Outcome);
        Assert.Equal((index, label), (reply.Predictions[0].Index, reply.Predictions[0].Label));
    }

    [Fact]
    public async Task Classify_SpareWork_LoadsNothingAndIsNoRequest()
    {
        var variant = fixture.Variant(fixture.AddModel());
        var spare = new ClassifyRequest { Image = VariantCalls.Red, Budget = VariantCalls.Ample, Top = 1, IsSpare = true };

        var absent = await variant.Classify(spare, TestContext.Current.CancellationToken);
        var loaded = await variant.LoadAsync();
        var present = await Poll.UntilAsync(
            "a lane is free", () => variant.Classify(spare, TestContext.Current.CancellationToken), reply => reply.Outcome != ClassifyOutcome.Busy);

        Assert.Equal((ClassifyOutcome.NotReady, VariantState.Ready), (absent.Outcome, loaded.State));
        Assert.Equal((ClassifyOutcome.Ok, 0), (present.Outcome, present.Predictions[0].Index));
        Assert.Empty((await variant.GetStatus()).Statistics.Requests);
    }

    [Fact]
    public async Task Classify_AllClassesWanted_ProbabilitiesFallAndAddUpToOne()
    {
        var variant = fixture.Variant(fixture.AddModel());

        var reply = await variant.ClassifyAsync(top: 5);

        var probabilities = reply.Predictions.Select(prediction => prediction.Probability).ToList();
        Assert.Equal(5, probabilities.Count);
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        Assert.Equal(1, probabilities.Sum(), 1e-5f);
    }

    [Fact]
    public async Task Classify_MoreClassesWantedThanThereAre_GivesAll()
    {
        var variant = fixture.Variant(fixture.AddModel(new TinyModel { Classes = 4 }));

        var reply = await variant.ClassifyAsync(top: 100);

        Assert.Equal(["blue", "green", "other3", "red"], reply.Predictions.Select(prediction => prediction.Label).Order());
    }

    [Fact]
    public async Task Classify_Answered_TellsItsSiloAndWhereTheTimeWent()
    {
        var variant = fixture.Variant(fixture.AddModel());

        var reply = await variant.ClassifyAsync();

        var times = reply.Times;
        Assert.Equal((await variant.GetStatus()).Silo, reply.Silo);
        Assert.True(times is { Decode.Ticks: > 0, Inference.Ticks: > 0, Queue.Ticks: > 0, DecodeShared: false }, $"{times}");
        Assert.True(times.Queue + times.Decode + times.Inference <= times.Total, $"{times}");
    }

    [Fact]
    public async Task Classify_FewerThanOneClassWanted_IsTheCallersMistake()
    {
        var variant = fixture.Variant(fixture.AddModel());

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => variant.ClassifyAsync(top: 0));
    }

    [Theory]
    [InlineData("no-such-model/original#1")]
    [InlineData("../original#1")]
    [InlineData("Upper/original#1")]
    public async Task Classify_UnknownModel_IsNotFoundAndLeavesNoActivation(string key)
    {
        var variant = fixture.Cluster.Grains.GetGrain<IModelVariantGrain>(key);

        var reply = await variant.ClassifyAsync();

        Assert.Equal(ClassifyOutcome.NotFound, reply.Outcome);
        Assert.StartsWith("Not found: ", reply.Reason, StringComparison.Ordinal);
        await Poll.UntilAsync("the grain is gone", () => Task.FromResult(fixture.Cluster.IsActive(variant)), active => !active);
    }

    [Fact]
    public async Task Classify_UnknownVariant_NamesThoseThereAre()
    {
        var variant = fixture.Variant(fixture.AddModel("original", "int8"), "int4");

        var reply = await variant.ClassifyAsync();

        Assert.Equal(ClassifyOutcome.NotFound, reply.Outcome);
        Assert.Contains("has no variant 'int4', but original, int8", reply.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetStatus_UnknownVariant_DoesNotExistAndLeavesNoActivation()
    {
        var variant = fixture.Variant("no-such-model");

        var status = await variant.GetStatus();

        Assert.False(status.Exists);
        Assert.Equal(VariantState.Absent, status.State);
        Assert.Contains("there is no model 'no-such-model'", status.Reason, StringComparison.Ordinal);
        await Poll.UntilAsync("the grain is gone", () => Task.FromResult(fixture.Cluster.IsActive(variant)), active => !active);
    }

    [Theory]
    [InlineData("no-slash#1")]
    [InlineData("one/two/three#1")]
    [InlineData("/original#1")]
    [InlineData("tiny/original")]
    [InlineData("tiny/original#0")]
    public async Task Classify_KeyThatNamesNoReplica_SaysWhatAKeyIs(string key)
    {
        var variant = fixture.Cluster.Grains.GetGrain<IModelVariantGrain>(key);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => variant.ClassifyAsync());

        Assert.Contains($"'{key}' is not the key of a variant's replica", error.ToString(), StringComparison.Ordinal);
        Assert.False(fixture.Cluster.IsActive(variant));
    }

    public static TheoryData<string, ClassifyOutcome> BadPictures => new()
    {
        { "empty", ClassifyOutcome.EmptyImage },
        { "text", ClassifyOutcome.UnsupportedImage },
        { "truncated", ClassifyOutcome.InvalidImage },
        { "too many pixels", ClassifyOutcome.InvalidImage },
        { "too many bytes", ClassifyOutcome.ImageTooLarge },
    };

    [Theory]
    [MemberData(nameof(BadPictures))]
    public async Task Classify_BadPicture_GivesItsOutcomeAndServesOn(string kind, ClassifyOutcome outcome)
    {
        var variant = fixture.Variant(fixture.AddModel());

        var reply = await variant.ClassifyAsync(Bad(kind));

        Assert.Equal(outcome, reply.Outcome);
        Assert.NotEmpty(reply.Reason!);
        Assert.Empty(reply.Predictions);
        Assert.Equal(ClassifyOutcome.Ok, (await variant.ClassifyAsync()).Outcome);
    }

    private static byte[] Bad(string kind) => kind switch
    {
        "empty" => [],
        "text" => "This is not a picture, however long one looks at it."u8.ToArray(),
        "truncated" => TestImages.Photograph()[..^2000],
        "too many pixels" => TestImages.PngClaiming(30_000, 30_000),
        _ => [.. TestImages.Photograph(), .. new byte[TestCluster.MaxImageBytes]],
    };
}
