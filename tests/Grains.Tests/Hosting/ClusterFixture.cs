using Lineup.GrainInterfaces.Variants;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Hosting;

/// <summary>The one cluster that most tests share, each with models of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterFixture : ICollectionFixture<ClusterFixture>, IAsyncLifetime
{
    public const string Name = "cluster";

    private TestCluster? _cluster;

    internal TestCluster Cluster => _cluster!;

    internal TestRepository Repository { get; } = new();

    /// <summary>Adds a model under a name that no other test has.</summary>
    internal string AddModel(TinyModel model, params string[] variants)
    {
        var name = $"model-{Guid.NewGuid():n}";
        Repository.AddModel(name, model, variants);
        return name;
    }

    internal string AddModel(params string[] variants) => AddModel(new TinyModel(), variants);

    internal IModelVariantGrain Variant(string model, string variant = "original") =>
        Cluster.Grains.GetGrain<IModelVariantGrain>($"{model}/{variant}#1");

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(Path.Combine(Repository.Root, "catalog.json"), """{ "schema": 1, "models": [] }""");
        _cluster = await TestCluster.StartAsync(Repository);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Repository.Dispose();
    }
}
