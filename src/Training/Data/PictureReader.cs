using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Training.Data;

/// <summary>
/// Decodes pictures through the very decoder that serving uses, so that orientation, palettes and colours come out as the model will see
/// them. A picture larger than needed is scaled down once: to the shorter side at which it will be cut. One thread at a time.
/// </summary>
/// <param name="shorterSide">Pixels that the shorter side has at most.</param>
internal sealed class PictureReader(int shorterSide) : IDisposable
{
    /// <summary>What an input plan takes.</summary>
    private const int LongestSide = 4096;

    private readonly ImageOptions _options = new();
    private readonly TensorDecoder _decoder = new(new());
    private float[] _planes = [];

    /// <summary>Decodes a picture; what is wrong with it is a value.</summary>
    public ImageFault? Read(ReadOnlySpan<byte> encoded, out DecodedPicture? picture)
    {
        picture = null;
        if (ImageHeader.Inspect(encoded, _options, out var header) is { } unfit)
            return unfit;

        var (width, height) = header.Orientation >= ImageOrientation.LeftTop ? (header.Height, header.Width) : (header.Width, header.Height);
        if (Math.Min(width, height) > shorterSide)
        {
            // The longer side is truncated, as serving does it.
            (width, height) = width <= height
                ? (shorterSide, (int)((long)shorterSide * height / width))
                : ((int)((long)shorterSide * width / height), shorterSide);
        }

        if (Math.Max(width, height) > LongestSide)
            return new(ImageError.TooLarge, $"The picture ({header.Width} x {header.Height}) is too long to learn from: sides may differ by a factor of {LongestSide / shorterSide}.");
        var plan = new InputPlan(new() { Width = width, Height = height, Scale = 1 });
        if (_planes.Length < plan.Length)
            _planes = new float[plan.Length];
        if (_decoder.Decode(encoded, plan, _planes) is { } fault)
            return fault;

        picture = new(Interleave(_planes, width * height), width, height);
        return null;
    }

    public void Dispose() => _decoder.Dispose();

    private static byte[] Interleave(float[] planes, int area)
    {
        var pixels = new byte[area * 3];
        for (var i = 0; i < area; i++)
        {
            for (var channel = 0; channel < 3; channel++)
                pixels[(i * 3) + channel] = (byte)Math.Clamp(MathF.Round(planes[(channel * area) + i]), 0, 255);
        }

        return pixels;
    }
}
