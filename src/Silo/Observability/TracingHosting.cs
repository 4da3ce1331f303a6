using Lineup.Inference.Serving;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Hosting;

namespace Lineup.Silo.Observability;

/// <summary>
/// Traces from the upload through the grain to the run, sent by OTLP. Nothing is made unless an endpoint is configured: Orleans then
/// passes the W3C context on with each call, which costs every call a filter.
/// </summary>
public static class TracingHosting
{
    /// <param name="builder">The host.</param>
    /// <param name="service">The process's name in traces.</param>
    public static IHostApplicationBuilder AddTracing(this IHostApplicationBuilder builder, string service)
    {
        var options = ObservabilityOptions.Read(builder.Configuration);
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(service));
        if (!options.Traces)
            return builder;
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracesShare)))
            .AddSource("Microsoft.Orleans.Application", ServingTraces.SourceName)
            .AddAspNetCoreInstrumentation(aspNet => aspNet.Filter = context => !IsProbe(context.Request.Path))
            .AddOtlpExporter(otlp => (otlp.Endpoint, otlp.Protocol) = (options.TracesEndpoint!, options.TracesProtocol)));
        return builder;
    }

    /// <summary>Lets calls of a silo carry the trace they belong to.</summary>
    public static ISiloBuilder PropagateTraces(this ISiloBuilder silo) =>
        ObservabilityOptions.Read(silo.Configuration).Traces ? silo.AddActivityPropagation() : silo;

    /// <summary>Lets calls of a cluster's client carry the trace they belong to.</summary>
    public static IClientBuilder PropagateTraces(this IClientBuilder client) =>
        ObservabilityOptions.Read(client.Configuration).Traces ? client.AddActivityPropagation() : client;

    private static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");
}
