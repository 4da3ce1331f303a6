using Lineup.Compression.Evaluation;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Evaluation;

public sealed class EvaluationGeometryTests
{
    private static readonly InputSpecification Square = new() { Width = 224, Height = 224, ResizeShorterSide = 256, CenterCrop = 224 };

    [Fact]
    public void Apply_CropOnly_DropsTheResize()
    {
        var input = EvaluationGeometry.CropOnly.Apply(Square);

        Assert.Equal(Square with { ResizeShorterSide = null }, input);
        Assert.Equal("crop 224", EvaluationGeometry.Describe(input));
    }

    [Fact]
    public void Apply_Resize_ScalesToThat()
    {
        var input = EvaluationGeometry.Resize(240).Apply(Square with { ResizeShorterSide = null, CenterCrop = null });

        Assert.Equal(Square with { ResizeShorterSide = 240 }, input);
        Assert.Equal("resize 240, crop 224", EvaluationGeometry.Describe(input));
    }

    [Fact]
    public void Apply_SmallerThanTheCrop_SaysWhy()
    {
        var error = Assert.Throws<EvaluationException>(() => EvaluationGeometry.Resize(200).Apply(Square));

        Assert.Contains("resizeShorterSide (200)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_InputNotSquare_SaysWhy() =>
        Assert.Throws<EvaluationException>(() => EvaluationGeometry.CropOnly.Apply(Square with { Width = 300 }));

    [Fact]
    public void Describe_NeitherCropNorResize_IsTheSize() =>
        Assert.Equal("scale to 224x224", EvaluationGeometry.Describe(Square with { ResizeShorterSide = null, CenterCrop = null }));
}
