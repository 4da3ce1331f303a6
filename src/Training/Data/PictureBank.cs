using Lineup.Compression.Pictures;

namespace Lineup.Training.Data;

/// <summary>
/// The pictures that training goes through again and again. Each is decoded once and kept as bytes as long as the memory allowed lasts;
/// the others are decoded whenever they are asked for. Any thread may ask, each with a reader of its own.
/// </summary>
public sealed class PictureBank
{
    private readonly DecodedPicture?[] _decoded;
    private readonly IReadOnlyList<Picture> _sources;
    private readonly PictureSet? _set;

    private PictureBank(DecodedPicture?[] decoded, IReadOnlyList<Picture> sources, PictureSet? set, int shorterSide) =>
        (_decoded, _sources, _set, ShorterSide) = (decoded, sources, set, shorterSide);

    /// <summary>Pictures, all of which could be read once.</summary>
    public int Count => _decoded.Length;

    /// <summary>Of them, pictures that are kept decoded.</summary>
    public int Kept => _decoded.Count(picture => picture is not null);

    /// <summary>Pixels that the shorter side of a picture has at most.</summary>
    internal int ShorterSide { get; }

    /// <summary>Of pictures that are decoded already, all of one size.</summary>
    internal static PictureBank Of(IReadOnlyList<DecodedPicture> pictures) =>
        new([.. pictures], [], null, pictures.Max(picture => Math.Min(picture.Width, picture.Height)));

    /// <summary>
    /// Reads every picture once, on all cores, and says which of them can be used: the bank holds those alone, in their order.
    /// </summary>
    /// <param name="set">Where the pictures are; it must live as long as the bank.</param>
    /// <param name="pictures">Those of the set to take.</param>
    /// <param name="shorterSide">Pixels that the shorter side is scaled down to.</param>
    /// <param name="memoryBytes">Bytes of decoded pixels to keep at most.</param>
    /// <param name="progress">Hears how many are done.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    internal static (PictureBank Bank, IReadOnlyList<int> Used, IReadOnlyList<UnreadablePicture> Unreadable) Load(
        PictureSet set, IReadOnlyList<Picture> pictures, int shorterSide, long memoryBytes, Action<int> progress, CancellationToken cancellationToken)
    {
        var decoded = new DecodedPicture?[pictures.Count];
        var problems = new string?[pictures.Count];
        var (kept, done) = (0L, 0);
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, pictures.Count, parallel, () => new PictureReader(shorterSide), (i, _, reader) =>
        {
            problems[i] = Read(set, pictures[i], reader, out var picture);
            if (picture is not null && Interlocked.Add(ref kept, picture.Pixels.Length) <= memoryBytes)
                decoded[i] = picture;
            progress(Interlocked.Increment(ref done));
            return reader;
        }, reader => reader.Dispose());

        int[] used = [.. Enumerable.Range(0, pictures.Count).Where(i => problems[i] is null)];
        return (
            new([.. used.Select(i => decoded[i])], [.. used.Select(i => pictures[i])], set, shorterSide),
            used,
            [.. Enumerable.Range(0, pictures.Count).Where(i => problems[i] is not null).Select(i => new UnreadablePicture(pictures[i].Path, problems[i]!))]);
    }

    /// <summary>The picture, decoded anew if it is not kept.</summary>
    /// <exception cref="TrainingException">It could be read before and cannot be now.</exception>
    internal DecodedPicture Get(int index, PictureReader reader)
    {
        if (_decoded[index] is { } kept)
            return kept;
        var problem = Read(_set!, _sources[index], reader, out var picture);
        return picture ?? throw new TrainingException($"{_sources[index].Path} could be read before and cannot be now: {problem}");
    }

    private static string? Read(PictureSet set, Picture source, PictureReader reader, out DecodedPicture? picture)
    {
        picture = null;
        var content = set.Read(source);
        return content.Bytes is { } bytes ? reader.Read(bytes, out picture)?.Message : content.Problem;
    }
}
