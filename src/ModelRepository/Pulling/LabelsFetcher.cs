using System.Security.Cryptography;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Pulling;

/// <summary>Brings a model's labels into memory and checks them.</summary>
internal sealed class LabelsFetcher(ContentReader reader)
{
    private const int MaxBytes = 4 << 20;

    /// <exception cref="PullException">They could not be had, or are not what the catalog promises.</exception>
    public async Task<ReadOnlyMemory<byte>?> FetchAsync(
        Catalog catalog, CatalogEntry entry, ICollection<string> warnings, PullReporter reporter, CancellationToken cancellationToken)
    {
        if (entry.Labels is not { } labels)
            return null;

        var address = catalog.Resolve(labels.Url)!;
        var bytes = await ReadAsync(address, labels, reporter, cancellationToken);
        var actual = ManifestHash.Format(SHA256.HashData(bytes.Span));
        if (labels.Sha256 is null)
        {
            warnings.Add($"{entry.Name}: the catalog states no sha256 for the labels, so they were taken unchecked (sha256 {actual})");
        }
        else if (labels.Sha256 != actual)
        {
            var what = $"the labels at {address} are not the ones the catalog promises (their sha256 is another)";
            throw new PullException(PullError.HashMismatch, what, "get a newer catalog");
        }

        try
        {
            ClassLabels.Parse(bytes.Span, "the labels file");
            return bytes;
        }
        catch (InvalidDataException exception)
        {
            throw new PullException(PullError.InvalidLabels, exception.Message, "get a newer catalog, or check its labels url", exception);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(
        Uri address, CatalogLabels labels, PullReporter reporter, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(address, MaxBytes, why => reporter.Retrying($"labels: {why}"), cancellationToken);
        }
        catch (PullException exception)
        {
            var doubt = labels.UrlStatus == UrlStatus.Unconfirmed ? ", an address the catalog calls unconfirmed" : "";
            throw new PullException(exception.Error, $"labels: {exception.What}{doubt}", exception.Advice, exception);
        }
    }
}
