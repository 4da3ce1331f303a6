using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Lineup.GrainInterfaces.Jobs;
using Lineup.ModelRepository;

namespace Lineup.Grains.Jobs;

/// <summary>
/// An upload on its way to a file of this silo: never more of it in memory than one piece, checked against limit, disk, length and hash,
/// gone from the disk when disposed. One caller at a time.
/// </summary>
internal sealed partial class JobUpload : IAsyncDisposable
{
    /// <summary>The disk is asked anew each time so many bytes have come.</summary>
    private const long SpaceCheckBytes = 16L << 20;

    private readonly JobFolder _home;
    private readonly string _folder;
    private readonly long _limit;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _roomFor;

    private JobUpload(JobFolder home, string folder, UploadOffer offer, long limit)
    {
        (_home, _folder, _limit) = (home, folder, limit);

        // A picture set is called like its file, here and in the results.
        Path = System.IO.Path.Combine(folder, SafeName().IsMatch(offer.Name) ? offer.Name : "upload.zip");
        _file = new(Path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>Bytes that have come.</summary>
    public long Bytes { get; private set; }

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static JobUpload Create(JobFolder home, string job, UploadOffer offer, long limit) => new(home, home.Create(job), offer, limit);

    /// <summary>Why an upload of that size is not taken, of which so many bytes have come; null where it is.</summary>
    /// <exception cref="IOException">The disk cannot be asked.</exception>
    public static string? WhyTooLarge(JobFolder home, long bytes, long come, long limit)
    {
        if (bytes > limit)
            return $"the upload has more than {ByteSize.Format(limit)}, which is the most that is taken (Lineup:Jobs:MaxUploadBytes)";
        var room = home.Room();
        return bytes - come > room ? $"the upload needs {ByteSize.Format(bytes)} but the silo's disk has room for {ByteSize.Format(Math.Max(room, 0))} only" : null;
    }

    /// <summary>Takes the next piece. What is wrong with it is in the answer.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public async Task<(UploadOutcome Outcome, string? Reason)> AppendAsync(long offset, ReadOnlyMemory<byte> bytes)
    {
        if (offset != Bytes || bytes.Length > UploadChunk.MaxBytes)
            return (UploadOutcome.Damaged, $"a piece of {bytes.Length} bytes at {offset} does not follow the {Bytes} bytes that have come");
        if (offset == 0 && !bytes.Span.StartsWith("PK"u8))
            return (UploadOutcome.Unsupported, "the upload is not a zip archive: send one with pictures in it");
        if (Bytes + bytes.Length > _limit || Bytes + bytes.Length > _roomFor)
        {
            if (WhyTooLarge(_home, Bytes + bytes.Length, Bytes, _limit) is { } reason)
                return (UploadOutcome.TooLarge, reason);
            _roomFor = Bytes + SpaceCheckBytes;
        }

        _hash.AppendData(bytes.Span);
        await _file.WriteAsync(bytes);
        Bytes += bytes.Length;
        return (UploadOutcome.Ok, null);
    }

    /// <summary>Compares what has come with what was sent.</summary>
    public async Task<(UploadOutcome Outcome, string? Reason)> FinishAsync(long bytes, string sha256)
    {
        await _file.DisposeAsync();
        if (Bytes == 0)
            return (UploadOutcome.Unsupported, "the upload is empty: send a zip archive with pictures in it");
        return bytes == Bytes && sha256 == Convert.ToHexStringLower(_hash.GetCurrentHash())
            ? (UploadOutcome.Ok, null)
            : (UploadOutcome.Damaged, $"{bytes} bytes were sent, but {Bytes} bytes or others have come: send it again");
    }

    /// <exception cref="IOException">The file cannot be deleted now; the next process to start does it.</exception>
    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _file.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex SafeName();
}
