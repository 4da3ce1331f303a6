using System.Buffers.Binary;
using System.IO.Compression;

namespace Lineup.TestSupport;

/// <summary>Colour types of PNG.</summary>
public enum PngColour
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>Writes PNG files of every colour type, 8 or 16 bits deep.</summary>
internal static class PngWriter
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>
    /// At 16 bits the low bytes differ from the high ones, so that a reader that swaps them shows it; a value v stands for
    /// v * 256 + <see cref="LowByte"/>.
    /// </summary>
    public static byte[] Write(Raster picture, PngColour colour, int bits, int? orientation)
    {
        var palette = colour == PngColour.Palette ? picture.Palette() : [];
        var lines = new MemoryStream();
        for (var y = 0; y < picture.Height; y++)
        {
            lines.WriteByte(0);
            for (var x = 0; x < picture.Width; x++)
            {
                foreach (var sample in Samples(picture[x, y], colour, palette))
                {
                    lines.WriteByte(sample);
                    if (bits == 16)
                        lines.WriteByte(LowByte(sample));
                }
            }
        }

        var file = Start(picture.Width, picture.Height, colour, bits);
        if (orientation is { } value)
            Chunk(file, "eXIf"u8, ExifBlock.WithOrientation(value));
        if (palette.Length > 0)
        {
            Chunk(file, "PLTE"u8, palette.SelectMany(p => (byte[])[p.R, p.G, p.B]).ToArray());
            Chunk(file, "tRNS"u8, palette.Select(p => p.A).ToArray());
        }

        Chunk(file, "IDAT"u8, Deflate(lines.ToArray()));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>A sound file whose header claims any size, with a handful of pixel bytes.</summary>
    public static byte[] Claiming(int width, int height)
    {
        var file = Start(width, height, PngColour.Rgb, bits: 8);
        Chunk(file, "IDAT"u8, Deflate(new byte[100]));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    public static byte LowByte(byte sample) => (byte)(sample * 37);

    private static MemoryStream Start(int width, int height, PngColour colour, int bits)
    {
        var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)bits, (byte)colour);
        Chunk(file, "IHDR"u8, header);
        return file;
    }

    private static byte[] Samples(Rgba pixel, PngColour colour, Rgba[] palette) => colour switch
    {
        PngColour.Grey => [pixel.G],
        PngColour.GreyAlpha => [pixel.G, pixel.A],
        PngColour.Palette => [(byte)Array.IndexOf(palette, pixel)],
        PngColour.Rgb => [pixel.R, pixel.G, pixel.B],
        _ => [pixel.R, pixel.G, pixel.B, pixel.A],
    };

    private static byte[] Deflate(byte[] content)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(content);
        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), content));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            table[i] = i;
            for (var bit = 0; bit < 8; bit++)
                table[i] = (table[i] & 1) != 0 ? 0xEDB88320 ^ (table[i] >> 1) : table[i] >> 1;
        }

        return table;
    }
}
