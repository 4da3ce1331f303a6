using Lineup.Grains.Loads;
using Lineup.Grains.Placement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Lineup.Grains.Replicas;

/// <summary>Registers what a silo needs to have its part of variants' replicas.</summary>
public static class ReplicaServices
{
    /// <summary>
    /// Adds replicas, where they are placed, and the reports both go by, with options from the sections <see cref="ReplicaOptions.Section"/>
    /// and <see cref="LoadOptions.Section"/>. Repository, inference and grain storage must be registered too.
    /// </summary>
    public static IServiceCollection AddReplicas(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddLoads(configuration);
        services.AddVariantPlacement();
        services.AddOptions<ReplicaOptions>().Bind(configuration.GetSection(ReplicaOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<ReplicaMetrics>();
        return services;
    }
}
