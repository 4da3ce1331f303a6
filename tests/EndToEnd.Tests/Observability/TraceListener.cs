using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Lineup.EndToEnd.Tests.Clustering;

namespace Lineup.EndToEnd.Tests.Observability;

/// <summary>A span as it came over the wire; ids in hexadecimal.</summary>
internal sealed record Span(string Service, string TraceId, string Id, string? Parent, string Name);

/// <summary>Takes OTLP over HTTP as a collector would, and keeps the spans.</summary>
internal sealed class TraceListener : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Span> _spans = new();

    public TraceListener()
    {
        var (port, _) = Ports.TakeTwo();
        Endpoint = $"http://127.0.0.1:{port}/v1/traces";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Endpoint { get; }

    /// <summary>Settings that make a host send its traces here, soon.</summary>
    public string[] Settings =>
        ["--Lineup:Observability:TracesEndpoint", Endpoint, "--Lineup:Observability:TracesProtocol", "HttpProtobuf", "--OTEL_BSP_SCHEDULE_DELAY", "100"];

    public IReadOnlyList<Span> Spans => [.. _spans];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            foreach (var span in Read(body.ToArray()))
                _spans.Enqueue(span);
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    /// <summary>opentelemetry/proto/trace/v1: resource spans (1) hold a resource (1) and scope spans (2), which hold spans (2).</summary>
    private static IEnumerable<Span> Read(byte[] request) =>
        from resource in Fields(request, 1)
        let service = Service(Fields(resource, 1).First())
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        select new Span(
            service,
            Convert.ToHexStringLower(Fields(span, 1).First()),
            Convert.ToHexStringLower(Fields(span, 2).First()),
            Fields(span, 4).FirstOrDefault() is { Length: > 0 } parent ? Convert.ToHexStringLower(parent) : null,
            Encoding.UTF8.GetString(Fields(span, 5).First()));

    /// <summary>An attribute (1) has a key (1) and a value (2), of which a string is field 1.</summary>
    private static string Service(byte[] resource) => Fields(resource, 1)
        .Where(attribute => Encoding.UTF8.GetString(Fields(attribute, 1).First()) == "service.name")
        .Select(attribute => Encoding.UTF8.GetString(Fields(Fields(attribute, 2).First(), 1).First()))
        .First();

    /// <summary>The length-delimited fields of a protobuf message with that number.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint();
            switch (tag & 7)
            {
                case 0: Varint(); break;
                case 1: at += 8; break;
                case 5: at += 4; break;
                default:
                    var length = (int)Varint();
                    if (tag >> 3 == (ulong)number)
                        found.Add(message[at..(at + length)]);
                    at += length;
                    break;
            }
        }

        return found;

        ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var one = message[at++];
                value |= (ulong)(one & 0x7f) << shift;
                if (one < 0x80)
                    return value;
            }
        }
    }
}
