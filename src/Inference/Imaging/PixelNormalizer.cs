using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Inference.Imaging;

/// <summary>
/// Turns resampled rows (4 floats a pixel: premultiplied R, G, B, A in 0..255) into a model's tensor: flattened on white, clamped,
/// <c>(p * scale - mean) / std</c> as one multiply-add, channels in the model's order and layout, pixels where the picture's
/// orientation shows them.
/// </summary>
internal sealed unsafe class PixelNormalizer
{
    private readonly InputSpecification _input;
    private readonly Vector128<float> _factor;
    private readonly Vector128<float> _offset;
    private readonly int _firstChannel;
    private readonly int _thirdChannel;
    private readonly int _pixelStride;
    private readonly int _channelStride;

    public PixelNormalizer(InputSpecification input)
    {
        _input = input;

        // Vectors hold R, G, B; mean and std come in the model's channel order.
        var red = input.ChannelOrder == ChannelOrder.Rgb ? 0 : 2;
        _factor = Vector128.Create(Factor(red), Factor(1), Factor(2 - red), 0);
        _offset = Vector128.Create(Offset(red), Offset(1), Offset(2 - red), 0);
        (_firstChannel, _thirdChannel) = (red, 2 - red);
        (_pixelStride, _channelStride) = input.Layout == TensorLayout.Nchw ? (1, input.Width * input.Height) : (3, 1);

        float Factor(int channel) => (float)(input.Scale / input.Std[channel]);
        float Offset(int channel) => (float)(-input.Mean[channel] / input.Std[channel]);
    }

    /// <param name="row">The resampled row: 4 floats for each of <paramref name="count"/> pixels, in stored order.</param>
    /// <param name="index">Its place among the output rows in stored order.</param>
    /// <param name="count">Pixels in the row.</param>
    /// <param name="orientation">How stored rows and columns are shown.</param>
    /// <param name="tensor">width x height x 3 floats.</param>
    public void Write(float* row, int index, int count, ImageOrientation orientation, float* tensor)
    {
        var (width, height) = (_input.Width, _input.Height);
        int first, step;
        if (orientation.IsTransposed())
        {
            // A stored row is a shown column.
            var column = orientation.FlipsStoredY() ? width - 1 - index : index;
            (first, step) = orientation.FlipsStoredX() ? (((height - 1) * width) + column, -width) : (column, width);
        }
        else
        {
            var line = orientation.FlipsStoredY() ? height - 1 - index : index;
            (first, step) = orientation.FlipsStoredX() ? ((line * width) + width - 1, -1) : (line * width, 1);
        }

        var target = tensor + ((long)first * _pixelStride);
        var red = target + ((long)_firstChannel * _channelStride);
        var green = target + _channelStride;
        var blue = target + ((long)_thirdChannel * _channelStride);
        var done = step == 1 && _pixelStride == 1 ? WritePlanar(row, count, red, green, blue) : 0;
        WriteStrided(row, done, count, red, green, blue, step * _pixelStride);
    }

    /// <summary>Four pixels at a step: normalise, transpose 4 x 4, store a vector into each plane. Returns the pixels done.</summary>
    private int WritePlanar(float* row, int count, float* red, float* green, float* blue)
    {
        var i = 0;
        for (; i + 4 <= count; i += 4)
        {
            var p0 = Normalize(row + (i * 4));
            var p1 = Normalize(row + (i * 4) + 4);
            var p2 = Normalize(row + (i * 4) + 8);
            var p3 = Normalize(row + (i * 4) + 12);
            Vector128.Create(p0[0], p1[0], p2[0], p3[0]).Store(red + i);
            Vector128.Create(p0[1], p1[1], p2[1], p3[1]).Store(green + i);
            Vector128.Create(p0[2], p1[2], p2[2], p3[2]).Store(blue + i);
        }

        return i;
    }

    private void WriteStrided(float* row, int from, int count, float* red, float* green, float* blue, int stride)
    {
        for (var i = from; i < count; i++)
        {
            var pixel = Normalize(row + (i * 4));
            red[(long)i * stride] = pixel[0];
            green[(long)i * stride] = pixel[1];
            blue[(long)i * stride] = pixel[2];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<float> Normalize(float* pixel)
    {
        // Premultiplied colour over white: c + (255 - a). Filters with negative lobes overshoot, hence the clamp.
        var premultiplied = Vector128.Load(pixel);
        var flattened = premultiplied + (Vector128.Create(255f) - Vector128.Create(premultiplied[3]));
        var clamped = Vector128.Min(Vector128.Max(flattened, Vector128<float>.Zero), Vector128.Create(255f));
        return Vector128.MultiplyAddEstimate(clamped, _factor, _offset);
    }
}
