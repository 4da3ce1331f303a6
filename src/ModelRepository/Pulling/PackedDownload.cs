using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Packing;

namespace Lineup.ModelRepository.Pulling;

/// <summary>Unpacks a packed file that was downloaded and verified into the file that a catalog entry promises.</summary>
internal static class PackedDownload
{
    /// <param name="packed">The packed file; it is deleted when it has been unpacked, or turns out to be of no use.</param>
    /// <param name="target">Takes the file inside.</param>
    /// <param name="entry">Says what that must be.</param>
    /// <param name="reporter">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it; the packed file is kept.</param>
    /// <exception cref="PullException">It is not the file that the entry promises.</exception>
    public static async Task UnpackAsync(
        string packed, string target, CatalogEntry entry, PullReporter reporter, CancellationToken cancellationToken)
    {
        PackedHeader header;
        try
        {
            header = await PackedFiles.UnpackAsync(
                packed, target, entry.Bytes, done => reporter.Report(PullStage.Installing, done), cancellationToken);
        }
        catch (PackedFileException exception)
        {
            // Its own hash was right, so that fetching it again would bring the same.
            File.Delete(packed);
            throw new PullException(PullError.HashMismatch, exception.Message, "ask the publisher for a sound packed file, or take \"packed\" out of the catalog", exception);
        }

        File.Delete(packed);
        if (header.Sha256 == entry.Sha256 && header.Bytes == entry.Bytes)
            return;
        File.Delete(target);
        throw new PullException(
            PullError.HashMismatch,
            "the packed file holds another file than the one the catalog promises (its sha256 is another)",
            "get a newer catalog, or check the source before trusting it");
    }
}
