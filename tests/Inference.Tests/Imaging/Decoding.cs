using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;
using SkiaSharp;

namespace Lineup.Inference.Tests.Imaging;

/// <summary>Runs the decoder under test and compares its tensors.</summary>
internal static class Decoding
{
    /// <summary>Exact decoding, so that what is compared is the resampling alone.</summary>
    public static ImageOptions Exact => new() { ScaledDecoding = false };

    /// <summary>Tensor values are the pixels, 0..255.</summary>
    public static InputSpecification Pixels(int width, int height) => new() { Width = width, Height = height, Scale = 1 };

    public static float[] Decode(byte[] image, InputSpecification input, ImageOptions? options = null)
    {
        var plan = new InputPlan(input);
        var tensor = new float[plan.Length];
        using var decoder = new TensorDecoder(options ?? Exact);

        var fault = decoder.Decode(image, plan, tensor);

        Assert.Null(fault);
        return tensor;
    }

    public static ImageFault? Fault(byte[] image, ImageOptions? options = null)
    {
        var plan = new InputPlan(Pixels(32, 32));
        using var decoder = new TensorDecoder(options ?? new());
        return decoder.Decode(image, plan, new float[plan.Length]);
    }

    /// <summary>The largest difference, in units of 1/255 of a pixel's range whatever the input's scale is.</summary>
    public static double LargestDifference(float[] actual, double[] expected, InputSpecification input) =>
        Differences(actual, expected, input).Max();

    public static double MeanDifference(float[] actual, double[] expected, InputSpecification input) =>
        Differences(actual, expected, input).Average();

    /// <summary>The pixels as Skia decodes them without any of our code: the reference for lossy formats.</summary>
    public static Raster BySkia(byte[] image)
    {
        using var codec = SKCodec.Create(new MemoryStream(image));
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, out var bytes));
        return new(info.Width, info.Height, (x, y) =>
        {
            var at = ((y * info.Width) + x) * 4;
            return new(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
        });
    }

    private static IEnumerable<double> Differences(float[] actual, double[] expected, InputSpecification input)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            var channel = input.Layout == TensorLayout.Nhwc ? i % 3 : i / (input.Width * input.Height);
            Assert.True(float.IsFinite(actual[i]), $"value {i} is {actual[i]}");
            yield return Math.Abs(actual[i] - expected[i]) * input.Std[channel] / input.Scale;
        }
    }
}
