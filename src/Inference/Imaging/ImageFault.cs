namespace Lineup.Inference.Imaging;

/// <summary>Why an upload cannot be classified.</summary>
public enum ImageError
{
    /// <summary>There are no bytes.</summary>
    Empty,

    /// <summary>The content is none of the formats that are read.</summary>
    UnsupportedFormat,

    /// <summary>More bytes than <see cref="ImageOptions.MaxBytes"/>.</summary>
    TooManyBytes,

    /// <summary>More pixels, a longer side or a more extreme aspect than the options allow.</summary>
    TooLarge,

    /// <summary>The file ends before its picture does.</summary>
    Truncated,

    /// <summary>The file claims a known format but cannot be decoded.</summary>
    Corrupt,
}

/// <summary>An error with a sentence for the one who sent the picture.</summary>
public sealed record ImageFault(ImageError Error, string Message);
