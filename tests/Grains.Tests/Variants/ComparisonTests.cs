using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;

namespace Lineup.Grains.Tests.Variants;

[Collection(ClusterFixture.Name)]
public sealed class ComparisonTests(ClusterFixture fixture)
{
    [Fact]
    public async Task Classify_SameComparison_DecodesOnceForBothVariants()
    {
        var model = fixture.AddModel("original", "int8");
        var comparison = Guid.NewGuid();
        var first = await fixture.Variant(model).ClassifyAsync(VariantCalls.Blue, comparison: comparison);

        var second = await fixture.Variant(model, "int8").ClassifyAsync(VariantCalls.Blue, comparison: comparison);

        Assert.Equal((false, true), (first.Times.DecodeShared, second.Times.DecodeShared));
        Assert.Equal(first.Times.Decode, second.Times.Decode);
        Assert.Equal(first.Predictions, second.Predictions);
    }

    [Fact]
    public async Task Classify_SharedDecoding_IsCountedOnlyWhereItWasDone()
    {
        var model = fixture.AddModel("original", "int8");
        var comparison = Guid.NewGuid();
        await fixture.Variant(model).ClassifyAsync(comparison: comparison);
        await fixture.Variant(model, "int8").ClassifyAsync(comparison: comparison);

        var statistics = await Task.WhenAll(fixture.Variant(model).GetStatus(), fixture.Variant(model, "int8").GetStatus());

        Assert.Equal([1, 0], statistics.Select(status => status.Statistics.Decode.Count));
        Assert.Equal([1, 1], statistics.Select(status => status.Statistics.Inference.Count));
    }

    [Fact]
    public async Task Classify_OtherComparison_DecodesItsOwnPicture()
    {
        var variant = fixture.Variant(fixture.AddModel());
        var red = await variant.ClassifyAsync(VariantCalls.Red, comparison: Guid.NewGuid());

        var blue = await variant.ClassifyAsync(VariantCalls.Blue, comparison: Guid.NewGuid());

        Assert.False(blue.Times.DecodeShared);
        Assert.Equal(("red", "blue"), (red.Predictions[0].Label, blue.Predictions[0].Label));
    }

    [Fact]
    public async Task Classify_BadPictureInComparison_IsNotRemembered()
    {
        var model = fixture.AddModel("original", "int8");
        var comparison = Guid.NewGuid();
        await fixture.Variant(model).ClassifyAsync([1, 2, 3], comparison: comparison);

        var second = await fixture.Variant(model, "int8").ClassifyAsync([1, 2, 3], comparison: comparison);

        Assert.Equal(ClassifyOutcome.UnsupportedImage, second.Outcome);
    }
}
