using System.Security.Cryptography;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.RealModels;

/// <summary>A frontend over a copy of the model that comes with Lineup, so that tests leave the original as it is.</summary>
public sealed class DefaultModelFixture : IAsyncLifetime
{
    internal const string Name = "resnet-cifar10";

    private readonly TestRepository _repository = new();
    private ServerProcess? _server;

    /// <summary>The folder of models in the source tree.</summary>
    internal static string Folder { get; } = FindFolder();

    internal HttpClient Http => _server!.Http;

    /// <summary>Names of the variants that come with it, the original first.</summary>
    internal IReadOnlyList<string> Variants { get; private set; } = [];

    internal static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, Name), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_repository.Root, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        Variants = [.. Assert.Single(new ModelStore(_repository.Root).Scan().Models).Variants.Select(variant => variant.Manifest.Name)];
        _server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException($"There is no Cluster.sln above {AppContext.BaseDirectory}."), "models");
    }
}
