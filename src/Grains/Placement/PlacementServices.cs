using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;

namespace Lineup.Grains.Placement;

/// <summary>Registers where replicas are placed.</summary>
internal static class PlacementServices
{
    /// <summary>Loads and the model repository must be registered too.</summary>
    public static IServiceCollection AddVariantPlacement(this IServiceCollection services)
    {
        services.TryAddSingleton<RecentPlacements>();
        services.AddPlacementDirector<VariantPlacement, VariantPlacementDirector>();
        return services;
    }
}
