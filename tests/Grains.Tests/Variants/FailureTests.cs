using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Variants;

[Collection(ClusterFixture.Name)]
public sealed class FailureTests(ClusterFixture fixture)
{
    private const string Refused = "ONNX Runtime refuses the file";

    [Fact]
    public async Task Load_CorruptFile_FailsWithOnnxRuntimesReason()
    {
        var model = fixture.AddModel();
        fixture.Repository.AddCorrupt(model);

        var status = await fixture.Variant(model, "corrupt").LoadAsync();

        Assert.Equal(VariantState.Failed, status.State);
        Assert.Contains(Refused, status.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", status.Reason, StringComparison.Ordinal);
        Assert.True(status.Exists);
    }

    [Fact]
    public async Task Classify_CorruptFile_IsNotReadyAndOtherVariantsServe()
    {
        var model = fixture.AddModel();
        fixture.Repository.AddCorrupt(model);

        var reply = await fixture.Variant(model, "corrupt").ClassifyAsync();

        Assert.Equal(ClassifyOutcome.NotReady, reply.Outcome);
        Assert.Contains(Refused, reply.Reason, StringComparison.Ordinal);
        Assert.Equal(ClassifyOutcome.Ok, (await fixture.Variant(model).ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task Classify_WeightsAreNan_IsNotReadyRatherThanNonsense()
    {
        var variant = fixture.Variant(fixture.AddModel(new TinyModel { NanWeights = true }));

        var reply = await variant.ClassifyAsync();

        Assert.Equal(ClassifyOutcome.NotReady, reply.Outcome);
        Assert.Contains("NaN", reply.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_MalformedVariantJson_IsNotReadyWithItsReason()
    {
        var model = fixture.AddModel("original", "broken");
        var manifest = Path.Combine(Path.GetDirectoryName(fixture.Repository.ModelPath(model, "broken"))!, "variant.json");
        await File.WriteAllTextAsync(manifest, """{ "name": "broken", "bytes": 1 }""", TestContext.Current.CancellationToken);

        var reply = await fixture.Variant(model, "broken").ClassifyAsync();

        Assert.Equal(ClassifyOutcome.NotReady, reply.Outcome);
        Assert.Contains("bytes but bytes says 1", reply.Reason, StringComparison.Ordinal);
        Assert.Equal(ClassifyOutcome.Ok, (await fixture.Variant(model).ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task Classify_AgainSoonAfterAFailedLoad_GivesTheReasonWithoutLoading()
    {
        var model = fixture.AddModel();
        fixture.Repository.AddCorrupt(model, "original");
        var variant = fixture.Variant(model);
        var first = await variant.ClassifyAsync();
        fixture.Repository.AddVariant(model, "original", new TinyModel());

        var second = await variant.ClassifyAsync();

        Assert.Equal((ClassifyOutcome.NotReady, first.Reason), (second.Outcome, second.Reason));
    }

    [Fact]
    public async Task Load_FileRecovered_ServesIt()
    {
        var model = fixture.AddModel();
        fixture.Repository.AddCorrupt(model, "original");
        var variant = fixture.Variant(model);
        await variant.ClassifyAsync();
        fixture.Repository.AddVariant(model, "original", new TinyModel());

        var status = await variant.LoadAsync();

        Assert.Equal(VariantState.Ready, status.State);
        Assert.Null(status.Reason);
        Assert.Equal(ClassifyOutcome.Ok, (await variant.ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task Unload_Failed_ForgetsTheFailure()
    {
        var model = fixture.AddModel();
        fixture.Repository.AddCorrupt(model, "original");
        var variant = fixture.Variant(model);
        await variant.LoadAsync();

        var status = await variant.Unload();

        Assert.Equal(VariantState.Absent, status.State);
        Assert.Null(status.Reason);
    }
}
