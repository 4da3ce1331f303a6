namespace Lineup.Compression.Pictures;

/// <summary>A picture of a <see cref="PictureSet"/>, not yet read.</summary>
public sealed record Picture
{
    internal Picture(string path, int index) => (Path, Index) = (path, index);

    /// <summary>Path in the set, with forward slashes: <c>n01440764/fish.jpg</c>.</summary>
    public string Path { get; }

    /// <summary>Name of the folder that holds the picture; null where it lies at the top of the set.</summary>
    public string? Folder => Path.Split('/') is [.., var folder, _] ? folder : null;

    /// <summary>Where the set's source has it.</summary>
    internal int Index { get; }
}

/// <summary>The bytes of a picture, or why they cannot be had.</summary>
/// <param name="Bytes">The encoded picture; null where it cannot be read.</param>
/// <param name="Problem">What is wrong, in words; null where nothing is.</param>
public readonly record struct PictureContent(byte[]? Bytes, string? Problem);

/// <summary>A picture that could not be used.</summary>
/// <param name="Path">Its path in the set.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record UnreadablePicture(string Path, string Reason);

/// <summary>Something that cannot be opened as pictures. The message says why and what to try, and is fit to be shown to a user.</summary>
public sealed class PictureSetException(string message, Exception? inner = null) : Exception(message, inner);
