using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime;

namespace Lineup.Grains.Loads;

/// <summary>Registers what silos tell each other about their load.</summary>
internal static class LoadServices
{
    /// <summary>Adds reports, with options from section <see cref="LoadOptions.Section"/>. Inference must be registered too.</summary>
    public static IServiceCollection AddLoads(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LoadOptions>().Bind(configuration.GetSection(LoadOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SiloDeparture>();
        services.TryAddSingleton<HostedReplicas>();
        services.TryAddSingleton<FreeMemory>();
        services.TryAddSingleton<SiloLoads>();
        services.TryAddSingleton<SiloReportMaker>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => ActivatorUtilities.CreateInstance<SiloReporter>(provider));
        return services;
    }
}
