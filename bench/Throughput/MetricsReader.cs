using System.Globalization;
using System.Text.RegularExpressions;

namespace Lineup.Throughput;

/// <summary>Reads /metrics as Prometheus does.</summary>
internal sealed partial class MetricsReader(int port) : IDisposable
{
    /// <summary>The exporter answers from its last collection for 0.3 s.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMilliseconds(400);

    private readonly HttpClient _http = new() { BaseAddress = new($"http://127.0.0.1:{port}") };

    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Stale, cancellationToken);
        return await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
    }

    /// <summary>How many answers of a variant took how long from end to end so far.</summary>
    public async Task<LatencyBuckets> BucketsAsync(string variant, CancellationToken cancellationToken) => new(
    [
        .. Bucket().Matches(await ReadAsync(cancellationToken))
            .Where(match => match.Groups["labels"].Value is var labels
                && labels.Contains("stage=\"end_to_end\"", StringComparison.Ordinal) && labels.Contains($"variant=\"{variant}\"", StringComparison.Ordinal))
            .Select(match => (Bound(match.Groups["bound"].Value), double.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture))),
    ]);

    public void Dispose() => _http.Dispose();

    private static double Bound(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("""lineup_request_duration_seconds_bucket\{(?<labels>.*),le="(?<bound>[^"]+)"\} (?<count>\d+)""")]
    private static partial Regex Bucket();
}

/// <summary>A histogram as Prometheus sees it: how many lie at or below each bound, in seconds.</summary>
internal sealed class LatencyBuckets(IReadOnlyList<(double Bound, double Count)> buckets)
{
    private readonly IReadOnlyList<(double Bound, double Count)> _buckets = buckets;

    public LatencyBuckets Since(LatencyBuckets before) =>
        new([.. _buckets.Zip(before._buckets, (now, then) => (now.Bound, now.Count - then.Count))]);

    /// <summary>The quantile as histogram_quantile estimates it (linear within its bucket), and the bucket, in milliseconds.</summary>
    public string Say(double quantile)
    {
        var rank = quantile * _buckets[^1].Count;
        var at = _buckets.ToList().FindIndex(bucket => bucket.Count >= rank);
        var (low, below) = at == 0 ? (0, 0) : _buckets[at - 1];
        var (high, count) = _buckets[at];
        var estimate = low + ((high - low) * (rank - below) / (count - below));
        return $"{estimate * 1000:0.00} ms ({low * 1000:0.##}-{high * 1000:0.##})";
    }
}
