using Lineup.Inference.Imaging;

namespace Lineup.Compression.Pictures;

/// <summary>
/// The pictures of a folder or a zip archive, in any layout, ordered by path so that the same set always gives the same sequence.
/// Nothing is held but paths: each picture is read when it is asked for. Any thread may read.
/// </summary>
public sealed class PictureSet : IDisposable
{
    private static readonly HashSet<string> Extensions =
        new(["", ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"], StringComparer.OrdinalIgnoreCase);

    private const string What = "files ending in .jpg, .jpeg, .png, .webp, .gif or .bmp are needed";

    private readonly IPictureSource _source;
    private readonly int _maxBytes;

    private PictureSet(IPictureSource source, string name, ImageOptions options)
    {
        (_source, Name, _maxBytes) = (source, name, options.MaxBytes);
        Pictures =
        [
            .. source.Paths
                .Select((path, index) => new Picture(path, index))
                .Where(picture => IsPicture(picture.Path))
                .OrderBy(picture => picture.Path, StringComparer.Ordinal),
        ];
    }

    /// <summary>Name of the folder or archive, without the way to it.</summary>
    public string Name { get; }

    /// <summary>All pictures by path. What a file really holds shows when it is read; names only sort out what cannot be meant.</summary>
    public IReadOnlyList<Picture> Pictures { get; }

    /// <summary>Opens a folder, with all that lies below it, or a zip archive.</summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="options">Limits; a picture of more than <see cref="ImageOptions.MaxBytes"/> is unreadable.</param>
    /// <exception cref="PictureSetException">There is no such thing, it cannot be opened, or no picture is in it.</exception>
    public static PictureSet Open(string path, ImageOptions options)
    {
        var set = new PictureSet(OpenSource(path), NameOf(path), options);
        if (set.Pictures.Count > 0)
            return set;

        set.Dispose();
        throw new PictureSetException($"{path} holds no pictures: {What}");
    }

    /// <summary>Opens several folders or archives as one set.</summary>
    /// <param name="paths">The folders or archives; at least one.</param>
    /// <param name="options">As for one.</param>
    /// <exception cref="PictureSetException">One of them cannot be opened, or no picture is in any.</exception>
    public static PictureSet Open(IReadOnlyList<string> paths, ImageOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        if (paths is [var only])
            return Open(only, options);

        var sources = new List<IPictureSource>();
        try
        {
            foreach (var path in paths)
                sources.Add(OpenSource(path));
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }

        var set = new PictureSet(new JoinedSource(sources), string.Join('+', paths.Select(NameOf)), options);
        if (set.Pictures.Count > 0)
            return set;
        set.Dispose();
        throw new PictureSetException($"{string.Join(" and ", paths)} hold no pictures: {What}");
    }

    /// <summary>Reads one picture of this set. What is wrong with it is a value: one bad file never ends a run over all.</summary>
    public PictureContent Read(Picture picture)
    {
        try
        {
            return _source.Read(picture.Index, _maxBytes);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            return new(null, error.Message.ReplaceLineEndings(" "));
        }
    }

    public void Dispose() => _source.Dispose();

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    private static IPictureSource OpenSource(string path)
    {
        try
        {
            if (Directory.Exists(path))
                return new FolderSource(path);
            return File.Exists(path)
                ? new ZipSource(path)
                : throw new PictureSetException($"there is no folder or zip archive {path}");
        }
        catch (InvalidDataException error)
        {
            throw new PictureSetException($"{path} cannot be opened as a zip archive: name a folder, or a zip archive that is whole", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PictureSetException($"{path} cannot be opened: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    // A name with a leading dot is hidden; macOS puts a shadow of each file into __MACOSX.
    private static bool IsPicture(string path) =>
        Extensions.Contains(Path.GetExtension(path)) && !path.Split('/').Any(part => part is ['.', ..] or "__MACOSX");
}
