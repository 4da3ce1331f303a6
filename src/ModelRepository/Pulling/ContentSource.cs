namespace Lineup.ModelRepository.Pulling;

/// <summary>Opens an http, https or file address at an offset. Every failure is a <see cref="PullException"/>.</summary>
internal sealed class ContentSource(IHttpClientFactory clients, TimeProvider time)
{
    public Task<Content> OpenAsync(Uri address, long offset, CancellationToken cancellationToken) =>
        address.IsFile
            ? Task.FromResult(OpenFile(address.LocalPath, offset))
            : HttpFile.OpenAsync(clients.CreateClient(ModelPuller.HttpClientName), address, offset, time, cancellationToken);

    private static Content OpenFile(string path, long offset)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
            stream.Position = Math.Min(offset, stream.Length);
            return new Content(stream, stream.Position, stream.Length);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PullException(PullError.NotFound, $"there is no file {path}", "check the url in the catalog", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Directory.Exists(path)
                ? new PullException(PullError.NotFound, $"{path} is a folder, not a file", "check the url in the catalog", exception)
                : new PullException(PullError.AccessDenied, $"{path} may not be read", "give this user the right to read it", exception);
        }
        catch (IOException exception)
        {
            throw new PullException(PullError.ConnectionLost, $"{path} cannot be read: {exception.Message}", "check the disk", exception);
        }
    }
}
