using System.Net.Http.Json;
using System.Text.Json;
using Lineup.Failures.Calls;

namespace Lineup.Failures.State;

/// <summary>What the cluster remembers, as its API tells it.</summary>
/// <param name="Counted">Answers by variant, as the statistics have them.</param>
/// <param name="Jobs">Jobs that are known, by id, with how they ended.</param>
/// <param name="Replicas">Replicas that are wanted of each variant; null where the API does not say.</param>
internal sealed record ClusterState(IReadOnlyDictionary<string, long> Counted, IReadOnlyDictionary<string, string> Jobs, IReadOnlyDictionary<string, string?> Replicas)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads it, trying again for a while: just after a fault some of it may not be there yet.</summary>
    public static async Task<ClusterState> ReadAsync(HttpClient http, string model, IReadOnlyList<string> variants, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            try
            {
                return await ReadOnceAsync(http, model, variants, limit.Token);
            }
            catch (HttpRequestException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(Pause, limit.Token);
            }
        }
    }

    /// <summary>What of the state before, and of what was answered since, is not there any more.</summary>
    public string LossSince(ClusterState before, IReadOnlyList<Call> calls)
    {
        var answered = calls.Count(call => call.Failure is null);
        var missing = before.Counted.Values.Sum() + answered - Counted.Values.Sum();
        var jobs = before.Jobs.Count(job => Jobs.GetValueOrDefault(job.Key) != job.Value);
        var replicas = before.Replicas.Count(variant => variant.Value is not null && Replicas.GetValueOrDefault(variant.Key) != variant.Value);
        List<string> lost = [];
        if (missing > 0)
            lost.Add($"{missing} of {answered} in statistics");
        if (jobs > 0)
            lost.Add($"{jobs} of {before.Jobs.Count} jobs");
        if (replicas > 0)
            lost.Add($"{replicas} replica counts");
        return lost.Count == 0 ? "none" : string.Join(", ", lost);
    }

    private static async Task<ClusterState> ReadOnceAsync(HttpClient http, string model, IReadOnlyList<string> variants, CancellationToken cancellationToken)
    {
        var counted = new Dictionary<string, long>();
        var replicas = new Dictionary<string, string?>();
        foreach (var variant in variants)
        {
            var path = $"/api/models/{model}/variants/{variant}";
            var status = await GetAsync(http, path, cancellationToken);
            counted[variant] = status.GetProperty("statistics").GetProperty("requests").EnumerateObject()
                .Where(outcome => outcome.Name.Equals("ok", StringComparison.OrdinalIgnoreCase)).Sum(outcome => outcome.Value.GetInt64());
            replicas[variant] = await WantedAsync(http, $"{path}/replicas", cancellationToken);
        }

        var jobs = (await GetAsync(http, "/api/jobs", cancellationToken)).GetProperty("jobs").EnumerateArray()
            .ToDictionary(job => job.GetProperty("id").GetString()!, job => job.GetProperty("state").GetString()!);
        return new(counted, jobs, replicas);
    }

    private static async Task<string?> WantedAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (!response.IsSuccessStatusCode)
            return null;
        var replicas = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return replicas.TryGetProperty("wanted", out var wanted) ? wanted.ToString() : null;
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string path, CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), cancellationToken);
}
