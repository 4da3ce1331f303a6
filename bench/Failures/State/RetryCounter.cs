using System.Globalization;

namespace Lineup.Failures.State;

/// <summary>How often frontends asked again, from their metrics. A frontend that was killed begins at zero, so its counts before are kept.</summary>
internal sealed class RetryCounter(IReadOnlyList<Uri> frontends) : IDisposable
{
    private const string Metric = "lineup_retries_total";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly double[] _last = new double[frontends.Count];
    private double _sum;

    /// <summary>Adds what has been counted since the last look.</summary>
    public async Task<long> LookAsync(CancellationToken cancellationToken)
    {
        foreach (var (i, frontend) in frontends.Index())
        {
            try
            {
                var text = await _http.GetStringAsync(new Uri(frontend, "/metrics"), cancellationToken);
                var now = text.Split('\n').Where(line => line.StartsWith(Metric, StringComparison.Ordinal)).Sum(Value);
                _sum += now >= _last[i] ? now - _last[i] : now;
                _last[i] = now;
            }
            catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // It is down; what it counted since the last look is lost with it.
            }
        }

        return (long)_sum;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A line of Prometheus' text: name and labels, a space, the value, and perhaps a time.</summary>
    private static double Value(string line)
    {
        var end = line.IndexOf('}', StringComparison.Ordinal);
        return double.Parse(line[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[end < 0 ? 1 : 0], CultureInfo.InvariantCulture);
    }
}
