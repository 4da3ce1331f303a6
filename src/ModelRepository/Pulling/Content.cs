namespace Lineup.ModelRepository.Pulling;

/// <summary>An opened file, wherever it lies.</summary>
/// <param name="stream">Its bytes from <paramref name="offset"/> on.</param>
/// <param name="offset">Where the stream begins; 0 although more was asked for, where the source can only begin at the start.</param>
/// <param name="totalBytes">Size of the whole file; null where the source does not say.</param>
/// <param name="owner">What is to be disposed after the stream.</param>
internal sealed class Content(Stream stream, long offset, long? totalBytes, IDisposable? owner = null) : IAsyncDisposable
{
    public Stream Stream => stream;

    public long Offset => offset;

    public long? TotalBytes => totalBytes;

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        owner?.Dispose();
    }
}
