using System.IO.Compression;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Lineup.Throughput;

/// <summary>A throw-away repository with the variants to measure, and the pictures to measure them with.</summary>
internal sealed class Workload : IDisposable
{
    public const string Quantized = "int8";

    private readonly DirectoryInfo _folder;

    private Workload(DirectoryInfo folder, string model, IReadOnlyList<byte[]> images, IReadOnlyList<string> variants) =>
        (_folder, Model, Images, Variants) = (folder, model, images, variants);

    public string Model { get; }

    public IReadOnlyList<string> Variants { get; }

    public IReadOnlyList<byte[]> Images { get; }

    /// <summary>The repository's folder.</summary>
    public string Repository => Path.Combine(_folder.FullName, "models");

    /// <summary>A folder that holds the pictures as 0, 1, 2 and so on, for the load generator.</summary>
    public string ImageFolder => Path.Combine(_folder.FullName, "images");

    public static async Task<Workload> PrepareAsync(
        FileInfo catalog, string model, FileInfo? quantized, FileSystemInfo images, int count, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("lineup-bench-");
        var variants = new List<string> { ModelStore.OriginalName };
        var repository = Path.Combine(folder.FullName, "models");
        await PullAsync(catalog, model, repository, cancellationToken);
        if (quantized is not null)
        {
            var target = Directory.CreateDirectory(Path.Combine(repository, model, Quantized));
            quantized.CopyTo(Path.Combine(target.FullName, ModelStore.ModelFileName));
            await AtomicFile.WriteJsonAsync(
                Path.Combine(target.FullName, VariantManifest.FileName), new VariantManifest { Name = Quantized, Precision = "int8" }, cancellationToken);
            variants.Add(Quantized);
        }

        var workload = new Workload(folder, model, Read(images, count), variants);
        Directory.CreateDirectory(workload.ImageFolder);
        for (var i = 0; i < workload.Images.Count; i++)
            await File.WriteAllBytesAsync(Path.Combine(workload.ImageFolder, $"{i}"), workload.Images[i], cancellationToken);
        return workload;
    }

    public VariantEntry Find(string variant) => new ModelStore(Repository).Find(Model, variant) is { IsFound: true } found
        ? found.Variant
        : throw new InvalidOperationException($"{Model}/{variant} is not in the repository");

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task PullAsync(FileInfo catalog, string model, string repository, CancellationToken cancellationToken)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"{RepositoryOptions.Section}:{nameof(RepositoryOptions.Path)}"] = repository,
        }).Build();
        await using var services = new ServiceCollection().AddLogging().AddModelRepository(settings).BuildServiceProvider();
        var loaded = await services.GetRequiredService<CatalogLoader>().LoadAsync(catalog.FullName, cancellationToken);
        if (!loaded.Succeeded)
            throw new InvalidOperationException(loaded.Message);
        var result = await services.GetRequiredService<ModelPuller>().PullAsync(loaded.Catalog, model, new(), null, cancellationToken);
        if (!result.Succeeded)
            throw new InvalidOperationException(result.Message);
    }

    /// <summary>Pictures spread evenly over the source in name order, so that the same ones are taken every time.</summary>
    private static List<byte[]> Read(FileSystemInfo source, int count)
    {
        if (source is DirectoryInfo or { Exists: false, Attributes: FileAttributes.Directory } || Directory.Exists(source.FullName))
        {
            var files = Directory.EnumerateFiles(source.FullName, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
            return [.. Spread(files, count).Select(File.ReadAllBytes)];
        }

        using var zip = ZipFile.OpenRead(source.FullName);
        var entries = zip.Entries.Where(entry => entry.Length > 0).OrderBy(entry => entry.FullName, StringComparer.Ordinal).ToList();
        return [.. Spread(entries, count).Select(ReadEntry)];

        static byte[] ReadEntry(ZipArchiveEntry entry)
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    private static IEnumerable<T> Spread<T>(List<T> items, int count) =>
        Enumerable.Range(0, Math.Min(count, items.Count)).Select(i => items[(int)((long)i * items.Count / Math.Min(count, items.Count))]);
}
