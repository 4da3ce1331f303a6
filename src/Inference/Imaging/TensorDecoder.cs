using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Lineup.ModelRepository.Manifests;
using SkiaSharp;

namespace Lineup.Inference.Imaging;

/// <summary>
/// Encoded picture to input tensor: decode, orient, resize, crop, normalise, in one pass over the rows. Resampling is separable and
/// antialiased, in floats; only the crop is computed, so an extreme aspect costs no more than a square. Holds scratch memory: one
/// thread at a time, one decoder a lane.
/// </summary>
public sealed unsafe class TensorDecoder : IDisposable
{
    /// <summary>Scratch memory above this is given back after the picture that needed it.</summary>
    private const int KeptScratchBytes = 8 * 1024 * 1024;

    private readonly ImageOptions _options;
    private readonly NativeBuffer _pixelBuffer = new();
    private readonly NativeBuffer _rowBuffer = new();
    private readonly PixelRows _rows;
    private readonly AxisFilter _horizontal = new();
    private readonly AxisFilter _vertical = new();

    public TensorDecoder(ImageOptions options)
    {
        _options = options;
        _rows = new(_pixelBuffer);
    }

    /// <summary>Bytes of scratch memory held between pictures.</summary>
    internal long ScratchBytes => (long)_pixelBuffer.Capacity + _rowBuffer.Capacity;

    /// <summary>
    /// Fills the tensor with the picture as the plan's model wants it. Returns null, or the reason why the picture cannot be read; the
    /// tensor's content is then undefined.
    /// </summary>
    /// <param name="image">The encoded picture.</param>
    /// <param name="plan">The model's input.</param>
    /// <param name="tensor">At least <see cref="InputPlan.Length"/> floats.</param>
    /// <exception cref="ArgumentException">The tensor is too small.</exception>
    public ImageFault? Decode(ReadOnlySpan<byte> image, InputPlan plan, Span<float> tensor)
    {
        if (tensor.Length < plan.Length)
            throw new ArgumentException($"The tensor holds {tensor.Length} floats; the input needs {plan.Length}.", nameof(tensor));
        if (ImageHeader.CheckBytes(image, _options) is { } fault)
            return fault;

        fixed (byte* bytes = image)
        fixed (float* target = tensor)
        {
            using var codec = ImageHeader.OpenCodec(bytes, image.Length);
            if (codec is null)
                return ImageHeader.Unreadable(image);
            fault = ImageHeader.Check(codec, image, _options, out var header);
            if (fault is not null)
                return fault;

            fault = Resample(codec, header, plan, target);
            if (ScratchBytes > KeptScratchBytes)
            {
                _pixelBuffer.Free();
                _rowBuffer.Free();
            }

            return fault;
        }
    }

    public void Dispose()
    {
        _pixelBuffer.Dispose();
        _rowBuffer.Dispose();
    }

    private ImageFault? Resample(SKCodec codec, ImageHeader header, InputPlan plan, float* tensor)
    {
        var orientation = header.Orientation;
        var transposed = orientation.IsTransposed();
        var (shownWidth, shownHeight) = transposed ? (header.Height, header.Width) : (header.Width, header.Height);
        var geometry = ImageGeometry.For(plan.Input, shownWidth, shownHeight);
        var filter = plan.Input.Interpolation;

        // The nearest pixel is one of the picture's own, never a mean that a scaled-down decoding would give.
        var shrink = filter == Interpolation.Nearest
            ? 1
            : Math.Min((double)shownWidth / geometry.ScaledWidth, (double)shownHeight / geometry.ScaledHeight);
        var (size, scale) = DecodedSize(codec, header, shrink);

        var x = (Scaled: geometry.ScaledWidth, First: geometry.Left, Length: plan.Input.Width);
        var y = (Scaled: geometry.ScaledHeight, First: geometry.Top, Length: plan.Input.Height);
        if (transposed)
            (x, y) = (y, x);
        _horizontal.Prepare(size.Width, header.Width * scale, x.Scaled, x.First, x.Length, filter, orientation.FlipsStoredX());
        _vertical.Prepare(size.Height, header.Height * scale, y.Scaled, y.First, y.Length, filter, orientation.FlipsStoredY());

        return _rows.Open(codec, size, _horizontal.Taps * 4) ?? Stream(plan.Normalizer, orientation, tensor);
    }

    /// <summary>Filters rows as they are decoded; a ring holds just those that the current output row still needs.</summary>
    private ImageFault? Stream(PixelNormalizer normalizer, ImageOrientation orientation, float* tensor)
    {
        var (width, taps) = (_horizontal.Length, _vertical.Taps);
        var rowFloats = width * 4;
        var ring = (float*)_rowBuffer.Ensure((long)(taps + 1) * rowFloats * sizeof(float));
        var sum = ring + ((long)taps * rowFloats);

        var next = _vertical.Starts[0];
        for (var output = 0; output < _vertical.Length; output++)
        {
            var start = _vertical.Starts[output];
            var end = Math.Min(start + taps, _rows.Height);
            for (next = Math.Max(next, start); next < end; next++)
            {
                var row = _rows.Row(next);
                if (row is null)
                    return PixelRows.Truncated;
                FilterRow(row, ring + ((long)(next % taps) * rowFloats));
            }

            var weights = _vertical.Weights.Slice(output * taps * 4, taps * 4);
            for (var row = start; row < end; row++)
                Accumulate(ring + ((long)(row % taps) * rowFloats), weights[(row - start) * 4], sum, rowFloats, first: row == start);
            normalizer.Write(sum, output, width, orientation, tensor);
        }

        return _rows.Finish();
    }

    /// <summary>One stored row of bytes to one row of horizontally filtered floats, two taps of four channels at a step.</summary>
    private void FilterRow(byte* row, float* filtered)
    {
        var taps = _horizontal.Taps;
        fixed (float* weights = _horizontal.Weights)
        fixed (int* starts = _horizontal.Starts)
        {
            var weight = weights;
            for (var i = 0; i < _horizontal.Length; i++)
            {
                var pixel = row + (starts[i] * 4);
                var sum = Vector256<float>.Zero;
                for (var t = 0; t < taps; t += 2, pixel += 8, weight += 8)
                {
                    sum = Vector256.MultiplyAddEstimate(LoadTwoPixels(pixel), Vector256.Load(weight), sum);
                }

                (sum.GetLower() + sum.GetUpper()).Store(filtered + (i * 4));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LoadTwoPixels(byte* pixel)
    {
        if (Avx2.IsSupported)
            return Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(pixel));
        var bytes = Vector128.CreateScalarUnsafe(*(ulong*)pixel).AsByte().ToVector256Unsafe();
        return Vector256.ConvertToSingle(Vector256.WidenLower(Vector256.WidenLower(bytes)).AsInt32());
    }

    private static void Accumulate(float* row, float weight, float* sum, int count, bool first)
    {
        var factor = Vector256.Create(weight);
        var i = 0;
        for (; i + Vector256<float>.Count <= count; i += Vector256<float>.Count)
        {
            var product = Vector256.Load(row + i);
            (first ? product * factor : Vector256.MultiplyAddEstimate(product, factor, Vector256.Load(sum + i))).Store(sum + i);
        }

        for (; i < count; i++)
            sum[i] = (first ? 0 : sum[i]) + (row[i] * weight);
    }

    /// <summary>The smallest size a JPEG can be decoded to that is still at least twice what it is resampled to.</summary>
    private (SKSizeI Size, double Scale) DecodedSize(SKCodec codec, ImageHeader header, double shrink)
    {
        if (_options.ScaledDecoding && header.Format == ImageFormat.Jpeg)
        {
            foreach (var scale in (ReadOnlySpan<float>)[1 / 8f, 1 / 4f, 1 / 2f])
            {
                if (shrink * scale >= 2)
                    return (codec.GetScaledDimensions(scale), scale);
            }
        }

        return (new(header.Width, header.Height), 1);
    }
}
