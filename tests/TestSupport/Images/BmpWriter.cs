using System.Buffers.Binary;

namespace Lineup.TestSupport;

/// <summary>Writes BMP files: 24 bits a pixel, the last row first.</summary>
internal static class BmpWriter
{
    private const int HeaderBytes = 14 + 40;

    public static byte[] Write(Raster picture)
    {
        var rowBytes = ((picture.Width * 3) + 3) & ~3;
        var file = new byte[HeaderBytes + (rowBytes * picture.Height)];
        "BM"u8.CopyTo(file);
        Number(2, file.Length);
        Number(10, HeaderBytes);
        Number(14, 40);
        Number(18, picture.Width);
        Number(22, picture.Height);
        Number(26, 1 | (24 << 16));
        Number(34, rowBytes * picture.Height);
        for (var y = 0; y < picture.Height; y++)
        {
            var row = file.AsSpan(HeaderBytes + ((picture.Height - 1 - y) * rowBytes));
            for (var x = 0; x < picture.Width; x++)
                (row[x * 3], row[(x * 3) + 1], row[(x * 3) + 2]) = (picture[x, y].B, picture[x, y].G, picture[x, y].R);
        }

        return file;

        void Number(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }
}
