using System.Buffers.Binary;

namespace Lineup.TestSupport;

/// <summary>Writes extended WebP files (VP8X) around the pixels of simple lossless ones: with EXIF, or as an animation.</summary>
internal static class WebPContainer
{
    private const byte HasAnimation = 0x02;
    private const byte HasExif = 0x08;
    private const byte HasAlpha = 0x10;

    public static byte[] WithExif(byte[] simple, Raster picture, byte[] exif) =>
        Riff([.. Header(HasExif | HasAlpha, picture), .. Pixels(simple), .. Chunk("EXIF"u8, exif)]);

    /// <param name="frames">Simple files of the same size.</param>
    /// <param name="picture">Any picture of that size.</param>
    public static byte[] Animation(IEnumerable<byte[]> frames, Raster picture)
    {
        byte[] everywhere = [0, 0, 0, 0, 0, 0, .. Size(picture), 100, 0, 0, 0];
        var animated = frames.SelectMany(frame => Chunk("ANMF"u8, [.. everywhere, .. Pixels(frame)]));
        return Riff([.. Header(HasAnimation, picture), .. Chunk("ANIM"u8, new byte[6]), .. animated]);
    }

    private static byte[] Header(byte flags, Raster picture) => Chunk("VP8X"u8, [flags, 0, 0, 0, .. Size(picture)]);

    /// <summary>Width and height, less one, in three bytes each.</summary>
    private static byte[] Size(Raster picture)
    {
        var (w, h) = (picture.Width - 1, picture.Height - 1);
        return [(byte)w, (byte)(w >> 8), (byte)(w >> 16), (byte)h, (byte)(h >> 8), (byte)(h >> 16)];
    }

    private static byte[] Pixels(byte[] simple) => simple[simple.AsSpan().IndexOf("VP8L"u8)..];

    private static byte[] Riff(byte[] chunks) => Chunk("RIFF"u8, [.. "WEBP"u8, .. chunks]);

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        return [.. type, .. length, .. content, .. new byte[content.Length % 2]];
    }
}
