using Lineup.Inference.Serving;
using OpenTelemetry.Metrics;

namespace Lineup.Silo.Observability;

/// <summary>Metrics for Prometheus on /metrics, the same on silo and frontend.</summary>
public static class MetricsHosting
{
    public static IHostApplicationBuilder AddPrometheusMetrics(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(InferenceMetrics.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        return builder;
    }

    public static void MapPrometheusMetrics(this IEndpointRouteBuilder endpoints)
    {
        // Nobody else asks for these gauges; a frontend without a silo has none.
        _ = endpoints.ServiceProvider.GetService<RepositoryMetrics>();
        endpoints.MapPrometheusScrapingEndpoint("/metrics");
    }
}
