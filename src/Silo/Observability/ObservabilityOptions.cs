using System.ComponentModel.DataAnnotations;
using Lineup.Silo.Settings;
using OpenTelemetry.Exporter;

namespace Lineup.Silo.Observability;

/// <summary>What a process tells about itself, and to whom.</summary>
public sealed class ObservabilityOptions
{
    public const string Section = "Lineup:Observability";

    /// <summary>Whether meters are collected and /metrics answers. Default: true.</summary>
    public bool Metrics { get; set; } = true;

    /// <summary>
    /// Where traces are sent by OTLP, such as http://localhost:4317. Default: none, which means that no traces are made. The variable
    /// OTEL_EXPORTER_OTLP_ENDPOINT does the same.
    /// </summary>
    public Uri? TracesEndpoint { get; set; }

    /// <summary>How traces are sent: Grpc or HttpProtobuf (then the endpoint is the whole address, with /v1/traces). Default: Grpc.</summary>
    public OtlpExportProtocol TracesProtocol { get; set; } = OtlpExportProtocol.Grpc;

    /// <summary>Share of requests that are traced where the caller has not decided it (W3C traceparent). Default: 1. Legal: 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double TracesShare { get; set; } = 1;

    /// <summary>Logs as one JSON object a line, with the trace's id, instead of text. Default: false.</summary>
    public bool JsonLogs { get; set; }

    /// <summary>Whether silos gather what Orleans' dashboard shows, and frontends show it to operators on /orleans/. Default: true.</summary>
    public bool OrleansDashboard { get; set; } = true;

    internal bool Traces => TracesEndpoint is not null;

    internal static AttributeRules<ObservabilityOptions> Rules { get; } = new(Section);

    internal static ObservabilityOptions Read(IConfiguration configuration)
    {
        var options = StartupSettings.Read(configuration, Section, Rules);
        if (options.TracesEndpoint is null && Uri.TryCreate(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"], UriKind.Absolute, out var standard))
            options.TracesEndpoint = standard;
        return options;
    }
}
