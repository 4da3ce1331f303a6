using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Inference.Imaging;

namespace Lineup.Compression.Pruning;

/// <summary>
/// The input tensors to learn from: each picture as the model sees it and, as more views, squashed to the input's size instead of cropped,
/// and mirrored. They are shuffled
/// (always alike), so that the first n of them are a fair sample; the first few hundred stay decoded, in half precision. Any thread may
/// read.
/// </summary>
internal sealed class CalibrationViews
{
    private const long CacheBytes = 192 << 20;

    private readonly CalibrationPictures _pictures;
    private readonly ViewDecoder _views;
    private readonly int _step;
    private readonly Half[]?[] _cache;

    /// <param name="pictures">The pictures.</param>
    /// <param name="each">Views of each, the first of <see cref="ViewDecoder.Views"/>.</param>
    public CalibrationViews(CalibrationPictures pictures, int each)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(each, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(each, ViewDecoder.Views);
        _pictures = pictures;
        Count = each * pictures.Count;
        _views = new(pictures.Input);
        _step = Math.Max(1, (int)(Count * 0.618));
        while (Gcd(_step, Count) != 1)
            _step++;
        _cache = new Half[]?[Math.Min(Count, (int)(CacheBytes / (2L * pictures.Input.Length)))];
    }

    public int Count { get; }

    public long[] Shape => _pictures.Input.Shape;

    public int Length => _pictures.Input.Length;

    /// <summary>A view's tensor.</summary>
    /// <param name="view">0 to <see cref="Count"/> - 1.</param>
    /// <param name="decoder">Of the calling thread.</param>
    /// <param name="memory">At least four times <see cref="Length"/> bytes, which the tensor is laid in.</param>
    public TensorData Read(int view, TensorDecoder decoder, Memory<byte> memory)
    {
        var half = view < _cache.Length ? Volatile.Read(ref _cache[view]) : null;
        if (half is null)
        {
            half = Decode((int)((long)view * _step % Count), decoder);
            if (view < _cache.Length)
                Volatile.Write(ref _cache[view], half);
        }

        memory = memory[..(Length * sizeof(float))];
        TensorPrimitives.ConvertToSingle(half, MemoryMarshal.Cast<byte, float>(memory.Span));
        return new(ElementType.Float, memory, Shape);
    }

    private Half[] Decode(int index, TensorDecoder decoder)
    {
        var tensor = new float[Length];
        var (view, picture) = Math.DivRem(index, _pictures.Count);
        if (_views.Decode(_pictures.Encoded(picture), view, decoder, tensor) is { } fault)
            throw new InvalidOperationException($"A picture that could be read before cannot be read now: {fault.Message}");
        var half = new Half[tensor.Length];
        TensorPrimitives.ConvertToHalf(tensor, half);
        return half;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
