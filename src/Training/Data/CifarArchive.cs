using System.Formats.Tar;
using System.IO.Compression;
using Lineup.ModelRepository.Storage;

namespace Lineup.Training.Data;

/// <summary>
/// Reads the binary release of CIFAR-10 as its publisher packs it: a .tar.gz with data_batch_1.bin to data_batch_5.bin and
/// test_batch.bin, each of 10,000 records of one byte for the class and 3072 for 32 x 32 pixels in planes of red, green and blue.
/// Source: https://www.cs.toronto.edu/~kriz/cifar.html.
/// </summary>
internal static class CifarArchive
{
    private const int Side = 32;
    private const int Area = Side * Side;
    private const int RecordBytes = 1 + (3 * Area);
    private static readonly string[] Classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    public static bool Is(string path) =>
        File.Exists(path) && (path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase));

    /// <exception cref="TrainingException">It is another archive, a damaged one, or the model has other classes.</exception>
    public static (TrainingSet Train, TrainingSet Test) Read(string path, IReadOnlyList<ClassLabel> labels, CancellationToken cancellationToken)
    {
        if (!labels.Select(label => label.Name).SequenceEqual(Classes, StringComparer.OrdinalIgnoreCase))
            throw new TrainingException($"CIFAR-10's classes are {string.Join(", ", Classes)}, in this order; the recipe has others");

        var batches = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using var file = File.OpenRead(path);
            using var archive = new TarReader(new GZipStream(file, CompressionMode.Decompress));
            while (archive.GetNextEntry() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = Path.GetFileName(entry.Name);
                if (!name.EndsWith("_batch.bin", StringComparison.Ordinal) && !name.StartsWith("data_batch_", StringComparison.Ordinal))
                    continue;
                if (entry.DataStream is not { } content || entry.Length % RecordBytes != 0 || entry.Length > 10_000L * RecordBytes)
                    throw new TrainingException($"{name} in {Path.GetFileName(path)} is no batch of CIFAR-10: a record has {RecordBytes} bytes");
                var bytes = new byte[entry.Length];
                content.ReadExactly(bytes);
                batches[name] = bytes;
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new TrainingException($"{path} cannot be read as CIFAR-10's binary release: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        var test = batches.Where(batch => batch.Key == "test_batch.bin").Select(batch => batch.Value).ToList();
        var train = batches.Where(batch => batch.Key != "test_batch.bin").Select(batch => batch.Value).ToList();
        return train.Count > 0 && test.Count > 0
            ? (Unpack(train), Unpack(test))
            : throw new TrainingException($"{path} holds no data_batch_1.bin or no test_batch.bin: take CIFAR-10's binary release");
    }

    private static TrainingSet Unpack(List<byte[]> batches)
    {
        var (pictures, classes) = (new List<DecodedPicture>(), new List<int>());
        foreach (var batch in batches)
        {
            for (var at = 0; at < batch.Length; at += RecordBytes)
            {
                if (batch[at] >= Classes.Length)
                    throw new TrainingException($"a record of CIFAR-10 is of class {batch[at]}, where 9 is the last: the file is damaged");
                classes.Add(batch[at]);
                pictures.Add(new(Interleave(batch.AsSpan(at + 1, 3 * Area)), Side, Side));
            }
        }

        return new() { Pictures = PictureBank.Of(pictures), Classes = classes };
    }

    private static byte[] Interleave(ReadOnlySpan<byte> planes)
    {
        var pixels = new byte[planes.Length];
        for (var i = 0; i < Area; i++)
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (planes[i], planes[Area + i], planes[(2 * Area) + i]);
        return pixels;
    }
}
