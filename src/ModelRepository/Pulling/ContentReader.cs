using Microsoft.Extensions.Options;

namespace Lineup.ModelRepository.Pulling;

/// <summary>Reads small files (a catalog, labels) whole into memory. Any thread may call it.</summary>
internal sealed class ContentReader(ContentSource source, IOptions<DownloadOptions> options, TimeProvider time)
{
    /// <param name="address">Where it is.</param>
    /// <param name="maxBytes">The most it may have.</param>
    /// <param name="retrying">Told in a line why it is tried again.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="PullException">It could not be read, or has more than <paramref name="maxBytes"/> bytes.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        Uri address, int maxBytes, Action<string> retrying, CancellationToken cancellationToken)
    {
        var retry = DownloadRetry.Create(options.Value, time, retrying);
        return await retry.ExecuteAsync(async attempt => await ReadOnceAsync(address, maxBytes, attempt), cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> ReadOnceAsync(Uri address, int maxBytes, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(options.Value.StallTimeout, time, cancellationToken);
        await using var content = await guard.WaitAsync(token => source.OpenAsync(address, 0, token));
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await guard.WaitAsync(token => content.Stream.ReadAsync(buffer, token).AsTask())) > 0)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length <= maxBytes)
                continue;
            var what = $"{address} has more than {ByteSize.Format(maxBytes)}";
            throw new PullException(PullError.SizeMismatch, what, "check the url, this is not the file it should be");
        }

        return content.TotalBytes is { } total && bytes.Length < total
            ? throw PullException.Broken()
            : bytes.ToArray();
    }
}
