namespace Lineup.TestSupport;

/// <summary>
/// Writes JPEG files whose 8x8 blocks are of one value each, which needs no cosine transform: for kinds of JPEG that no encoder at hand
/// writes, namely CMYK, YCCK and progressive ones with any number of scans.
/// </summary>
internal static class FlatJpegWriter
{
    // With this step the coefficient of a flat block, 8 times its value divided by the step, is the value itself.
    private const int QuantizationStep = 8;

    // Codes 0000 to 1011 for the categories 0 to 11 of DC differences; one code, 0, for the end of a block.
    private const int DcCategories = 12;
    private const int DcCodeBits = 4;

    /// <param name="components">For each component, the value of each block, row by row.</param>
    /// <param name="blocksWide">Blocks a row.</param>
    /// <param name="adobeTransform">The transform byte of an Adobe marker: 0 for CMYK, 2 for YCCK; null for no marker.</param>
    public static byte[] Baseline(byte[][] components, int blocksWide, int? adobeTransform = null)
    {
        var file = Start(components, blocksWide, frameMarker: 0xC0, adobeTransform);
        Scan(file, components.Length, first: 0, last: 63);
        var bits = new BitWriter(file);
        var previous = new int[components.Length];
        for (var block = 0; block < components[0].Length; block++)
        {
            for (var c = 0; c < components.Length; c++)
            {
                Difference(bits, components[c][block] - 128 - previous[c]);
                previous[c] = components[c][block] - 128;
                bits.Put(0, 1);
            }
        }

        return End(file, bits);
    }

    /// <summary>A grey progressive file: a scan for the blocks' values, then as many as wanted that say there is no detail.</summary>
    public static byte[] Progressive(byte[] blocks, int blocksWide, int detailScans)
    {
        var file = Start([blocks], blocksWide, frameMarker: 0xC2, adobeTransform: null);
        Scan(file, components: 1, first: 0, last: 0);
        var bits = new BitWriter(file);
        for (var i = 0; i < blocks.Length; i++)
            Difference(bits, blocks[i] - (i == 0 ? 128 : blocks[i - 1]));
        bits.Flush();
        for (var scan = 0; scan < detailScans; scan++)
        {
            Scan(file, components: 1, first: 1, last: 63);
            bits.Put(0, blocks.Length);
            bits.Flush();
        }

        return End(file, bits);
    }

    private static MemoryStream Start(byte[][] components, int blocksWide, byte frameMarker, int? adobeTransform)
    {
        var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        if (adobeTransform is { } transform)
            Segment(file, 0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, (byte)transform]);
        Segment(file, 0xDB, [0, .. Enumerable.Repeat((byte)QuantizationStep, 64)]);

        var (width, height) = (blocksWide * 8, components[0].Length / blocksWide * 8);
        byte[] frame = [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)components.Length];
        Segment(file, frameMarker, [.. frame, .. Enumerable.Range(1, components.Length).SelectMany(id => (byte[])[(byte)id, 0x11, 0])]);

        var lengths = new byte[16];
        lengths[DcCodeBits - 1] = DcCategories;
        Segment(file, 0xC4, [0x00, .. lengths, .. Enumerable.Range(0, DcCategories).Select(category => (byte)category)]);
        Segment(file, 0xC4, [0x10, 1, .. new byte[15], 0]);
        return file;
    }

    private static void Scan(MemoryStream file, int components, byte first, byte last)
    {
        var selectors = Enumerable.Range(1, components).SelectMany(id => (byte[])[(byte)id, 0]);
        Segment(file, 0xDA, [(byte)components, .. selectors, first, last, 0]);
    }

    private static void Difference(BitWriter bits, int difference)
    {
        var category = 32 - int.LeadingZeroCount(Math.Abs(difference));
        bits.Put(category, DcCodeBits);
        bits.Put(difference < 0 ? difference + (1 << category) - 1 : difference, category);
    }

    private static void Segment(MemoryStream file, byte marker, byte[] content)
    {
        var length = content.Length + 2;
        file.Write([0xFF, marker, (byte)(length >> 8), (byte)length]);
        file.Write(content);
    }

    private static byte[] End(MemoryStream file, BitWriter bits)
    {
        bits.Flush();
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    /// <summary>Bits, the highest first; FF is followed by 00, and the last byte filled with ones.</summary>
    private sealed class BitWriter(MemoryStream file)
    {
        private int _held;
        private int _count;

        public void Put(int value, int bits)
        {
            for (var bit = bits - 1; bit >= 0; bit--)
            {
                _held = (_held << 1) | ((value >> bit) & 1);
                if (++_count < 8)
                    continue;
                file.WriteByte((byte)_held);
                if ((byte)_held == 0xFF)
                    file.WriteByte(0);
                (_held, _count) = (0, 0);
            }
        }

        public void Flush()
        {
            while (_count > 0)
                Put(1, 1);
        }
    }
}
