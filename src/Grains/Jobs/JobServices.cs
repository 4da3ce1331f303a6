using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Lineup.Grains.Jobs;

/// <summary>Registers what a silo needs to make, evaluate and delete variants.</summary>
public static class JobServices
{
    /// <summary>Adds jobs, with options from section <see cref="JobOptions.Section"/>. Repository and inference must be registered too.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<JobThreads>();
        services.TryAddSingleton<JobQueue>();
        services.TryAddSingleton<JobFolder>();
        services.TryAddSingleton<JobRecords>();
        services.TryAddSingleton<JobWork>();
        services.TryAddSingleton<JobRunner>();
        services.TryAddSingleton<DataSets>();
        services.TryAddSingleton<ModelDeletion>();
        services.TryAddSingleton(provider => new JobMetrics(provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<JobQueue>()));
        services.AddHostedService(provider => provider.GetRequiredService<JobFolder>());
        return services;
    }
}
