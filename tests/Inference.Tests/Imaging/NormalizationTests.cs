using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

public sealed class NormalizationTests
{
    private const double FloatRounding = 0.001;

    public static TheoryData<TensorLayout, ChannelOrder> LayoutsAndOrders => new()
    {
        { TensorLayout.Nchw, ChannelOrder.Rgb },
        { TensorLayout.Nchw, ChannelOrder.Bgr },
        { TensorLayout.Nhwc, ChannelOrder.Rgb },
        { TensorLayout.Nhwc, ChannelOrder.Bgr },
    };

    [Theory]
    [MemberData(nameof(LayoutsAndOrders))]
    public void Decode_AnyLayoutAndOrder_EqualsDefinition(TensorLayout layout, ChannelOrder order)
    {
        // No two of the six numbers are equal, so that a swapped channel shows.
        var input = new InputSpecification
        {
            Width = 31,
            Height = 31,
            Layout = layout,
            ChannelOrder = order,
            ResizeShorterSide = 35,
            CenterCrop = 31,
            Mean = [0.485, 0.456, 0.406],
            Std = [0.229, 0.224, 0.225],
        };
        var picture = Raster.Photograph(90, 70);

        var tensor = Decoding.Decode(TestImages.Png(picture), input);

        Assert.InRange(Decoding.LargestDifference(tensor, ReferenceTensor.Of(picture, input), input), 0, FloatRounding);
    }

    [Theory]
    [InlineData(1, 128, 128)]
    [InlineData(1, 127.5, 127.5)]
    [InlineData(1 / 255d, 0, 1)]
    [InlineData(1 / 127.5, 1, 1)]
    public void Decode_AnyScaleMeanAndStd_MapsBlackAndWhiteExactly(double scale, double mean, double std)
    {
        var input = Decoding.Pixels(2, 1) with { Scale = scale, Mean = [mean, mean, mean], Std = [std, std, std] };
        var picture = new Raster(2, 1, (x, _) => x == 0 ? new(0, 0, 0) : new(255, 255, 255));

        var tensor = Decoding.Decode(TestImages.Png(picture), input);

        Assert.Equal(-mean / std, tensor[0], 1e-6);
        Assert.Equal(((255 * scale) - mean) / std, tensor[1], 1e-6);
    }

    [Fact]
    public void Decode_KernelThatOvershoots_ClampsToTheRange()
    {
        var input = Decoding.Pixels(64, 64) with { Interpolation = Interpolation.Lanczos };
        var picture = new Raster(16, 16, (x, y) => x < 8 == y < 8 ? new(0, 0, 0) : new(255, 255, 255));

        var tensor = Decoding.Decode(TestImages.Png(picture), input);

        Assert.Equal(0, tensor.Min());
        Assert.Equal(255, tensor.Max());
    }

    [Fact]
    public void Decode_TensorTooSmall_Throws()
    {
        var plan = new InputPlan(Decoding.Pixels(8, 8));
        using var decoder = new TensorDecoder(new());
        var image = TestImages.Plain(1, 2, 3);

        Assert.Throws<ArgumentException>(() => decoder.Decode(image, plan, new float[plan.Length - 1]));
    }

    [Fact]
    public void InputPlan_SpecificationWithTwoFaults_NamesBoth()
    {
        var broken = Decoding.Pixels(0, 8) with { Std = [1, 0, 1] };

        var error = Assert.Throws<ArgumentException>(() => new InputPlan(broken));

        Assert.Contains("input.width", error.Message, StringComparison.Ordinal);
        Assert.Contains("input.std", error.Message, StringComparison.Ordinal);
    }
}
