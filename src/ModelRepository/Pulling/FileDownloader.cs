using Microsoft.Extensions.Options;

namespace Lineup.ModelRepository.Pulling;

/// <summary>What a file must be.</summary>
internal sealed record ExpectedFile(Uri Address, string Sha256, long Bytes);

/// <summary>Brings a large file to a part file, resuming and retrying until it is whole and right. Any thread may call it.</summary>
internal sealed class FileDownloader(ContentSource source, IOptions<DownloadOptions> options, TimeProvider time)
{
    // Less than this between two failures is not called progress, so that a download that creeps along ends some day.
    private const long LeastProgress = 64 * 1024;

    /// <summary>Downloads <paramref name="file"/>; afterwards the part file is complete, on disk and verified.</summary>
    /// <exception cref="PullException">It could not be had; the part file is kept unless its content is wrong.</exception>
    public async Task DownloadAsync(
        ExpectedFile file, string partPath, PullFolder folder, PullReporter reporter, CancellationToken cancellationToken)
    {
        await using var part = await PartFile.OpenAsync(partPath, done => reporter.Report(PullStage.Verifying, done), cancellationToken);
        if (part.Length > file.Bytes)
            part.Restart();
        folder.RequireSpace(file.Bytes - part.Length);

        // Pieces of two connections may stem from two versions of the file (no validator is kept), or the first from a damaged part.
        // So a wrong hash is final only for bytes that came in one go; otherwise the file is fetched once more from the start.
        var cameInOneGo = await FetchAsync(file, part, reporter, cancellationToken);
        if (part.Sha256() != file.Sha256 && !cameInOneGo)
        {
            reporter.Retrying("the pieces of the file do not fit together, starting over");
            part.Restart();
            await FetchAsync(file, part, reporter, cancellationToken);
        }

        if (part.Sha256() != file.Sha256)
        {
            part.Restart();
            throw new PullException(
                PullError.HashMismatch,
                $"the file at {file.Address} is not the one the catalog promises (its sha256 is another)",
                "get a newer catalog, or check the source before trusting it");
        }

        part.Flush();
    }

    /// <summary>Fetches until the part has all bytes; returns whether they came over one connection, now.</summary>
    private async Task<bool> FetchAsync(ExpectedFile file, PartFile part, PullReporter reporter, CancellationToken cancellationToken)
    {
        var retry = DownloadRetry.Create(options.Value, time, reporter.Retrying);
        var isResumed = part.Length > 0;
        var furthest = part.Length;
        while (part.Length < file.Bytes)
        {
            try
            {
                isResumed = await retry.ExecuteAsync(
                    async token => await FetchPieceAsync(file, part, reporter, token), cancellationToken);
            }
            catch (PullException exception) when (exception.IsTransient && part.Length >= furthest + LeastProgress)
            {
                // All attempts broke, but they got further: a shaky line deserves another round, up to the size of the file.
                furthest = part.Length;
            }
        }

        return !isResumed;
    }

    /// <summary>One connection to the end of the file; returns whether it went on from what was there.</summary>
    private async Task<bool> FetchPieceAsync(ExpectedFile file, PartFile part, PullReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Connecting(part.Length);
        using var guard = new StallGuard(options.Value.StallTimeout, time, cancellationToken);
        await using var content = await guard.WaitAsync(token => source.OpenAsync(file.Address, part.Length, token));
        if (content.TotalBytes is { } total && total != file.Bytes)
            throw SizeMismatch(file, $"{total} bytes");

        var resumed = content.Offset > 0;
        if (content.Offset != part.Length)
            part.Restart();

        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await guard.WaitAsync(token => content.Stream.ReadAsync(buffer, token).AsTask())) > 0)
        {
            if (part.Length + read > file.Bytes)
            {
                part.Restart();
                throw SizeMismatch(file, "more bytes");
            }

            await part.AppendAsync(buffer.AsMemory(0, read), cancellationToken);
            reporter.Report(PullStage.Downloading, part.Length);
        }

        return part.Length == file.Bytes
            ? resumed
            : throw PullException.Broken();
    }

    private static PullException SizeMismatch(ExpectedFile file, string has)
    {
        var what = $"the file at {file.Address} has {has} where the catalog promises {file.Bytes}";
        return new(PullError.SizeMismatch, what, "get a newer catalog, or check the url");
    }
}
