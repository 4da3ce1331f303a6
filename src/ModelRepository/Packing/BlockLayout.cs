using System.Numerics;

namespace Lineup.ModelRepository.Packing;

/// <summary>
/// How a block of a file is taken apart into strands that deflate well, each alone: whether elements are zero, one bit each; then the first
/// bytes of all elements that are not zero, their second bytes, and so on; then what lies before the first and behind the last whole
/// element. Nothing here knows of models: elements of a tensor may begin anywhere in the file, hence the phase.
/// </summary>
/// <param name="Width">Bytes an element has: 1, 2 or 4; 0 leaves the block in one piece.</param>
/// <param name="Phase">Bytes before the first element, less than the width.</param>
internal readonly record struct BlockLayout(int Width, int Phase)
{
    public static BlockLayout Whole => default;

    /// <summary>Every layout that there is.</summary>
    public static IReadOnlyList<BlockLayout> All { get; } =
    [
        Whole,
        .. from width in new[] { 1, 2, 4 } from phase in Enumerable.Range(0, width) select new BlockLayout(width, phase),
    ];

    public int Strands => Width == 0 ? 1 : Width + 2;

    public int Elements(int length) => Width == 0 ? 0 : Math.Max(0, length - Phase) / Width;

    /// <summary>Whether numbers from a file are a layout of a block with so many bytes.</summary>
    public bool IsLegal(int length) => Width is 0 or 1 or 2 or 4 && Phase < Math.Max(1, Width) && Phase <= length;

    public byte[][] Split(ReadOnlySpan<byte> block)
    {
        if (Width == 0)
            return [block.ToArray()];
        var count = Elements(block.Length);
        var bits = new byte[(count + 7) / 8];
        for (var i = 0; i < count; i++)
        {
            if (block.Slice(Phase + (i * Width), Width).ContainsAnyExcept((byte)0))
                bits[i / 8] |= (byte)(1 << (i % 8));
        }

        var strands = new byte[Strands][];
        strands[0] = bits;
        var filled = CountOnes(bits);
        for (var place = 0; place < Width; place++)
        {
            var strand = strands[1 + place] = new byte[filled];
            var next = 0;
            for (var i = 0; i < count; i++)
            {
                if (IsSet(bits, i))
                    strand[next++] = block[Phase + (i * Width) + place];
            }
        }

        strands[^1] = [.. block[..Phase], .. block[(Phase + (count * Width))..]];
        return strands;
    }

    /// <summary>How long a strand must be, those before it being known.</summary>
    public int StrandLength(int strand, int length, ReadOnlySpan<byte> bits)
    {
        if (Width == 0)
            return length;
        if (strand == 0)
            return (Elements(length) + 7) / 8;
        return strand <= Width ? CountOnes(bits) : length - (Elements(length) * Width);
    }

    /// <summary>The reverse of <see cref="Split"/>; the strands have the lengths of <see cref="StrandLength"/>.</summary>
    public void Join(byte[][] strands, Span<byte> block)
    {
        if (Width == 0)
        {
            strands[0].CopyTo(block);
            return;
        }

        var count = Elements(block.Length);
        var bits = strands[0];
        block.Clear();
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            if (!IsSet(bits, i))
                continue;
            for (var place = 0; place < Width; place++)
                block[Phase + (i * Width) + place] = strands[1 + place][next];
            next++;
        }

        var edges = strands[^1].AsSpan();
        edges[..Phase].CopyTo(block);
        edges[Phase..].CopyTo(block[(Phase + (count * Width))..]);
    }

    /// <summary>Whether bits beyond the last element are zero, so that their number is that of the filled elements.</summary>
    public bool HasCleanBits(int length, ReadOnlySpan<byte> bits) =>
        Elements(length) % 8 == 0 || bits[^1] >> (Elements(length) % 8) == 0;

    private static bool IsSet(byte[] bits, int i) => (bits[i / 8] >> (i % 8) & 1) != 0;

    private static int CountOnes(ReadOnlySpan<byte> bits)
    {
        var count = 0;
        foreach (var value in bits)
            count += BitOperations.PopCount(value);
        return count;
    }
}
