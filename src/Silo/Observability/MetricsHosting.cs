using Lineup.Grains.Jobs;
using Lineup.Inference.Serving;
using OpenTelemetry.Metrics;

namespace Lineup.Silo.Observability;

/// <summary>Metrics for Prometheus on /metrics, the same on silo and frontend.</summary>
public static class MetricsHosting
{
    public static IHostApplicationBuilder AddPrometheusMetrics(this IHostApplicationBuilder builder)
    {
        var options = ObservabilityOptions.Read(builder.Configuration);
        if (!options.Metrics)
            return builder;
        builder.Services.AddSingleton<ProcessMetrics>();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Lineup.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddRuntimeInstrumentation()
            .SetExemplarFilter(options.Traces ? ExemplarFilterType.TraceBased : ExemplarFilterType.AlwaysOff)
            .AddPrometheusExporter());
        return builder;
    }

    public static void MapPrometheusMetrics(this IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetService<ProcessMetrics>() is null)
            return;

        // Nobody else asks for these gauges; a frontend without a silo has none of the last three.
        _ = endpoints.ServiceProvider.GetService<RepositoryMetrics>();
        _ = endpoints.ServiceProvider.GetService<ClusterMetrics>();
        _ = endpoints.ServiceProvider.GetService<JobMetrics>();
        endpoints.MapPrometheusScrapingEndpoint("/metrics");
    }
}
