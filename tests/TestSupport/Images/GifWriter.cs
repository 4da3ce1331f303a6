namespace Lineup.TestSupport;

/// <summary>
/// Writes GIF files, one frame or several, with a local palette each. The pixels are not compressed: a clear code before the code
/// table could grow keeps all codes at 9 bits.
/// </summary>
internal static class GifWriter
{
    private const int CodeBits = 9;
    private const int ClearCode = 256;
    private const int EndCode = 257;
    private const int CodesBetweenClears = 250;

    public static byte[] Write(params Raster[] frames)
    {
        var file = new MemoryStream();
        file.Write("GIF89a"u8);
        Size(file, frames[0]);
        file.Write([0, 0, 0]);
        if (frames.Length > 1)
        {
            // Loops for ever, as animations do.
            file.Write([0x21, 0xFF, 11]);
            file.Write("NETSCAPE2.0"u8);
            file.Write([3, 1, 0, 0, 0]);
        }

        foreach (var frame in frames)
            Frame(file, frame);
        file.WriteByte(0x3B);
        return file.ToArray();
    }

    private static void Frame(MemoryStream file, Raster frame)
    {
        var palette = frame.Palette();
        var clear = Array.FindIndex(palette, colour => colour.A == 0);
        file.Write([0x21, 0xF9, 4, (byte)(clear >= 0 ? 1 : 0), 10, 0, (byte)Math.Max(clear, 0), 0]);
        file.Write([0x2C, 0, 0, 0, 0]);
        Size(file, frame);
        file.WriteByte(0x87);
        for (var i = 0; i < 256; i++)
            file.Write(i < palette.Length ? [palette[i].R, palette[i].G, palette[i].B] : [0, 0, 0]);

        file.WriteByte(CodeBits - 1);
        var codes = Codes(frame, palette);
        for (var at = 0; at < codes.Length; at += 255)
        {
            var length = Math.Min(255, codes.Length - at);
            file.WriteByte((byte)length);
            file.Write(codes, at, length);
        }

        file.WriteByte(0);
    }

    private static byte[] Codes(Raster frame, Rgba[] palette)
    {
        var packed = new MemoryStream();
        var (held, bits) = (0, 0);
        for (var i = 0; i < frame.Width * frame.Height; i++)
        {
            if (i % CodesBetweenClears == 0)
                Put(ClearCode);
            Put(Array.IndexOf(palette, frame[i % frame.Width, i / frame.Width]));
        }

        Put(EndCode);
        if (bits > 0)
            packed.WriteByte((byte)held);
        return packed.ToArray();

        void Put(int code)
        {
            held |= code << bits;
            for (bits += CodeBits; bits >= 8; bits -= 8, held >>= 8)
                packed.WriteByte((byte)held);
        }
    }

    private static void Size(MemoryStream file, Raster picture) =>
        file.Write([(byte)picture.Width, (byte)(picture.Width >> 8), (byte)picture.Height, (byte)(picture.Height >> 8)]);
}
