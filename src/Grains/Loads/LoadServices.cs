using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Lineup.Grains.Loads;

/// <summary>Registers what silos tell each other about their load.</summary>
public static class LoadServices
{
    public static IServiceCollection AddLoads(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SiloDeparture>();
        return services;
    }
}
