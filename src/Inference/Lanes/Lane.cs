using Lineup.Inference.Imaging;

namespace Lineup.Inference.Lanes;

/// <summary>One thread of the silo that decodes and infers, with the scratch memory that belongs to it.</summary>
public sealed class Lane : IDisposable
{
    internal Lane(int index, ImageOptions images)
    {
        Index = index;
        Decoder = new(images);
    }

    public int Index { get; }

    public TensorDecoder Decoder { get; }

    public void Dispose() => Decoder.Dispose();
}
