using System.Globalization;
using Lineup.Grains.Jobs;
using Lineup.Grains.Replicas;
using Lineup.Grains.Storage;
using Lineup.Inference;
using Lineup.Inference.Serving;
using Lineup.ModelRepository;
using Lineup.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Lineup.Grains.Tests.Hosting;

/// <summary>
/// Silos in this process that serve a repository of tiny models. Each silo has one lane, so that one slow picture is enough to keep all
/// others waiting.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const int MaxImageBytes = 1024 * 1024;

    private readonly InProcessTestCluster _cluster;

    private TestCluster(InProcessTestCluster cluster) => _cluster = cluster;

    public IGrainFactory Grains => _cluster.Client;

    public IServiceProvider ClientServices => _cluster.Client.ServiceProvider;

    /// <summary>The variants of the first silo.</summary>
    public VariantHosts Hosts => _cluster.Silos[0].ServiceProvider.GetRequiredService<VariantHosts>();

    public static Task<TestCluster> StartAsync(TestRepository repository, short silos = 1, params (string Key, string Value)[] settings) =>
        StartAsync(repository, silos, _ => settings);

    /// <param name="repository">What the silos serve.</param>
    /// <param name="silos">How many.</param>
    /// <param name="settings">Settings of the silo of that number, from 0.</param>
    public static async Task<TestCluster> StartAsync(TestRepository repository, short silos, Func<int, (string Key, string Value)[]> settings)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSiloHost((own, silo) =>
        {
            // They start at the same time, so only their names tell them apart.
            var configuration = Configure(repository, settings(int.Parse(own.SiloName.Split('_')[^1], CultureInfo.InvariantCulture)));
            silo.Logging.SetMinimumLevel(LogLevel.Warning);
            silo.Services.AddModelRepository(configuration);
            silo.Services.AddInference(configuration);
            silo.Services.AddReplicas(configuration);
            silo.Services.AddJobs(configuration);
        });
        builder.ConfigureSilo((_, silo) => silo.AddMemoryGrainStorage(GrainStorageName.Default));
        var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        return new(cluster);
    }

    /// <summary>The service of the silo of that number, from 0.</summary>
    public T Service<T>(int silo)
        where T : notnull => _cluster.Silos[silo].ServiceProvider.GetRequiredService<T>();

    public SiloAddress AddressOf(string name) => _cluster.Silos.Single(silo => silo.Name == name).SiloAddress;

    public string NameOf(int silo) => Service<ILocalSiloDetails>(silo).Name;

    private static IConfigurationRoot Configure(TestRepository repository, (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Lineup:Repository:Path"] = repository.Root,
            ["Lineup:Repository:Catalog"] = Path.Combine(repository.Root, "catalog.json"),
            ["Lineup:Lanes:Count"] = "1",
            ["Lineup:Images:MaxBytes"] = $"{MaxImageBytes}",
        };
        foreach (var (key, value) in settings)
            values[key] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    /// <summary>Whether any silo holds an activation of the grain.</summary>
    public bool IsActive(IAddressable grain) => _cluster.TryGetGrainContext(grain.GetGrainId(), out _);

    /// <summary>Adds a silo to those that run.</summary>
    public Task StartSiloAsync() => _cluster.StartAdditionalSiloAsync();

    /// <summary>Ends the silo of that name, in order or at once.</summary>
    public Task EndSiloAsync(string name, bool gracefully)
    {
        var silo = _cluster.Silos.Single(silo => silo.Name == name);
        return gracefully ? _cluster.StopSiloAsync(silo) : _cluster.KillSiloAsync(silo);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
