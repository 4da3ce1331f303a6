using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace Lineup.Silo.Observability;

/// <summary>/health/live: the process answers. /health/ready: it is part of a cluster and not about to stop; models may still be loading.</summary>
public static class ClusterHealth
{
    private const string Ready = "ready";

    public static IHostApplicationBuilder AddClusterHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck<Membership>("cluster", tags: [Ready], timeout: TimeSpan.FromSeconds(3));
        return builder;
    }

    public static void MapClusterHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        endpoints.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) });
    }

    private sealed class Membership(IGrainFactory grains, IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                return HealthCheckResult.Unhealthy("The process is stopping.");
            try
            {
                var silos = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken);
                return silos.Count > 0
                    ? HealthCheckResult.Healthy($"The cluster has {silos.Count} active silos.")
                    : HealthCheckResult.Unhealthy("The cluster has no active silo.");
            }
#pragma warning disable CA1031 // Whatever keeps the call from succeeding is what this check is there to report.
            catch (Exception error)
#pragma warning restore CA1031
            {
                return HealthCheckResult.Unhealthy("The cluster cannot be reached.", error);
            }
        }
    }
}
