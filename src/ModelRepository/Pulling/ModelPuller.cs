using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Packing;
using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Pulling;

/// <summary>
/// Brings models from a catalog into the repository: streamed, resumed, verified, and visible only when whole. Any thread may call it;
/// two pulls of one model, be it from two processes, never meet: the second is told that it is <see cref="PullError.Busy"/>.
/// </summary>
public sealed class ModelPuller
{
    internal const string HttpClientName = "Lineup.ModelRepository";

    private readonly ModelStore _store;
    private readonly FileDownloader _downloader;
    private readonly LabelsFetcher _labels;

    internal ModelPuller(ModelStore store, FileDownloader downloader, LabelsFetcher labels) =>
        (_store, _downloader, _labels) = (store, downloader, labels);

    /// <summary>Pulls one model.</summary>
    /// <param name="catalog">A catalog from <see cref="CatalogLoader"/>.</param>
    /// <param name="model">The model's name in the catalog.</param>
    /// <param name="options">What to do with a model that is there already.</param>
    /// <param name="progress">Told of every step, on the pull's own thread; null if nobody watches.</param>
    /// <param name="cancellationToken">Stops the pull. What came so far is kept for the next one; the model is as it was.</param>
    /// <returns>What was done, or why it could not be; expected failures never throw.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<PullResult> PullAsync(
        Catalog catalog, string model, PullOptions options, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var entry = catalog.Models.FirstOrDefault(candidate => candidate.Name == model);
        try
        {
            return await PullAsync(catalog, entry ?? throw Unknown(catalog, model), options, progress, cancellationToken);
        }
        catch (PullException exception)
        {
            return Failed(exception);
        }
        catch (Exception exception) when (StorageFailure.IsStorage(exception))
        {
            return Failed(StorageFailure.From(exception, _store.Root));
        }

        PullResult Failed(PullException exception)
        {
            var isDoubtful = entry?.UrlStatus == UrlStatus.Unconfirmed && exception.Error is PullError.NotFound or PullError.AccessDenied;
            return new PullResult
            {
                Model = model,
                Outcome = PullOutcome.Failed,
                Error = exception.Error,
                Message = $"{model}: {exception.What}; {exception.Advice}{(isDoubtful ? " (the catalog calls this url unconfirmed)" : "")}",
            };
        }
    }

    private async Task<PullResult> PullAsync(
        Catalog catalog, CatalogEntry entry, PullOptions options, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = new PullFolder(_store.Root);
        using var mine = folder.Lock(entry.Name);
        var reporter = new PullReporter(progress, entry.Bytes);

        var installed = await InstalledOriginal.InspectAsync(_store, entry, reporter, cancellationToken);
        if (installed.State == OriginalState.Sound && !options.Force)
            return Done(entry, PullOutcome.AlreadyThere, $"already there, its {ByteSize.Format(entry.Bytes)} verified", []);
        if (installed.State == OriginalState.Different && !options.Force)
        {
            var what = $"the repository has another file of that name ({installed.Reason})";
            throw new PullException(PullError.Conflict, what, "add --force to replace the original; other variants stay");
        }


        var warnings = new List<string>();
        var keepManifest = !options.Force && installed.State == OriginalState.Damaged && HasSoundManifest(entry.Name);
        var labels = keepManifest ? null : await _labels.FetchAsync(catalog, entry, warnings, reporter, cancellationToken);
        var address = catalog.Resolve(entry.Url)!;
        var onnxFile = options.Force ? null : installed.SoundFile;
        if (onnxFile is null)
            (onnxFile, address) = await FetchAsync(catalog, entry, folder, reporter, cancellationToken);

        var compressed = await FileMeasures.DeflatedBytesAsync(
            onnxFile, done => reporter.Report(PullStage.Installing, done), cancellationToken);
        var packed = await ModelPacker.MeasureAsync(onnxFile, done => reporter.Report(PullStage.Installing, done), cancellationToken);

        // From here on it takes milliseconds and is not cancelled: what has begun to take its name shall have it.
        var installation = new Installation(entry, address, onnxFile, compressed, packed, labels, keepManifest);
        await ModelInstaller.InstallAsync(_store, folder, installation, CancellationToken.None);

        var problems = ModelFolder.Read(_store.ModelPath(entry.Name)).Problems;
        warnings.AddRange(problems.Select(problem => $"{problem.Folder}: {problem.Reason}"));
        return installed.State == OriginalState.Damaged && !options.Force
            ? Done(entry, PullOutcome.Repaired, $"repaired: {installed.Reason}", warnings)
            : Done(entry, PullOutcome.Pulled, $"pulled, {ByteSize.Format(entry.Bytes)}", warnings);
    }

    private async Task<(string File, Uri Address)> FetchAsync(
        Catalog catalog, CatalogEntry entry, PullFolder folder, PullReporter reporter, CancellationToken cancellationToken)
    {
        var file = folder.PartPath(entry.Sha256);
        if (entry.Packed is not { } packed)
        {
            var address = catalog.Resolve(entry.Url)!;
            await _downloader.DownloadAsync(new(address, entry.Sha256, entry.Bytes), file, folder, reporter, cancellationToken);
            return (file, address);
        }

        var packedAddress = catalog.Resolve(packed.Url)!;
        var packedFile = folder.PartPath(packed.Sha256);
        await _downloader.DownloadAsync(
            new(packedAddress, packed.Sha256, packed.Bytes), packedFile, folder, reporter.For(packed.Bytes), cancellationToken);
        folder.RequireSpace(entry.Bytes);
        await PackedDownload.UnpackAsync(packedFile, file, entry, reporter, cancellationToken);
        return (file, packedAddress);
    }

    private bool HasSoundManifest(string model) => ModelFolder.Read(_store.ModelPath(model)).Manifest is not null;

    private PullResult Done(CatalogEntry entry, PullOutcome outcome, string what, IReadOnlyList<string> warnings) => new()
    {
        Model = entry.Name,
        Outcome = outcome,
        Message = $"{entry.Name}: {what}",
        Folder = _store.ModelPath(entry.Name),
        Warnings = warnings,
    };

    private static PullException Unknown(Catalog catalog, string model)
    {
        var names = catalog.Models.Select(entry => entry.Name).ToList();
        var near = NearestNames.Find(model, names);
        return new PullException(
            PullError.UnknownModel,
            "the catalog has no such model",
            near.Count > 0 ? $"did you mean {string.Join(" or ", near)}?" : $"it has {string.Join(", ", names)}");
    }
}
