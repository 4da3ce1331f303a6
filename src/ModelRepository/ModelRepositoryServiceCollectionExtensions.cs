using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Lineup.ModelRepository;

/// <summary>Registers the repository.</summary>
public static class ModelRepositoryServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ModelStore"/>, <see cref="CatalogLoader"/> and <see cref="ModelPuller"/>, with their options from
    /// <paramref name="configuration"/> (sections <see cref="RepositoryOptions.Section"/> and <see cref="DownloadOptions.Section"/>).
    /// The variables LINEUP_REPOSITORY and LINEUP_CATALOG take the place of the defaults; a setting in the section overrides them.
    /// </summary>
    public static IServiceCollection AddModelRepository(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RepositoryOptions>()
            .Configure(options =>
            {
                options.Path = Variable(configuration, "LINEUP_REPOSITORY") ?? options.Path;
                options.Catalog = Variable(configuration, "LINEUP_CATALOG") ?? options.Catalog;
            })
            .Bind(configuration.GetSection(RepositoryOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<DownloadOptions>()
            .Bind(configuration.GetSection(DownloadOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();

        services.AddHttpClient(ModelPuller.HttpClientName, client =>
            {
                // No limit on the whole: StallGuard limits every wait instead.
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.DefaultRequestHeaders.UserAgent.ParseAdd("Lineup");
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) });

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ContentSource>();
        services.TryAddSingleton<ContentReader>();
        services.TryAddSingleton<FileDownloader>();
        services.TryAddSingleton<LabelsFetcher>();
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<RepositoryOptions>>().Value;
            return new ModelStore(RepositoryLocation.ResolveRoot(options, Environment.CurrentDirectory));
        });
        services.TryAddSingleton(provider => new CatalogLoader(provider.GetRequiredService<ContentReader>()));
        services.TryAddSingleton(provider => new ModelPuller(
            provider.GetRequiredService<ModelStore>(),
            provider.GetRequiredService<FileDownloader>(),
            provider.GetRequiredService<LabelsFetcher>()));
        return services;
    }

    // Hosts have the environment in their configuration, where tests and command lines can set it too; others need not.
    private static string? Variable(IConfiguration configuration, string name) =>
        (configuration[name] ?? Environment.GetEnvironmentVariable(name)) is { Length: > 0 } value ? value : null;
}
