using System.Diagnostics;
using System.Text.Json;

namespace Lineup.Failures.Calls;

/// <summary>
/// A client as one would write it: it knows all frontends, and where a connection cannot be made or breaks before there is an answer, it
/// asks the next one. Answers of any status are final.
/// </summary>
internal sealed class Caller(IReadOnlyList<Uri> frontends, TimeSpan deadline) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What a frontend may take beyond the deadline: its answer must still travel.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(2),
        MaxConnectionsPerServer = int.MaxValue,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private int _next;

    public async Task<Call> AskAsync(Question question, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline + Grace);
        var first = Interlocked.Increment(ref _next);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var left = deadline - Stopwatch.GetElapsedTime(started);
                var address = new Uri(frontends[(int)((uint)(first + attempt) % frontends.Count)], question.Path(left < Pause ? Pause : left));
                using var content = new ByteArrayContent(question.Picture);
                using var response = await _http.PostAsync(address, content, limit.Token);
                var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
                return Judge(question, response.IsSuccessStatusCode, body) with { Started = started, Ended = Stopwatch.GetTimestamp(), ClientRetries = attempt };
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                if (Stopwatch.GetElapsedTime(started) + Pause >= deadline)
                    return new() { Failure = "unreachable", Started = started, Ended = Stopwatch.GetTimestamp(), ClientRetries = attempt };
                await Task.Delay(Pause, cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new() { Failure = "no answer", Started = started, Ended = Stopwatch.GetTimestamp(), ClientRetries = attempt };
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static Call Judge(Question question, bool isAnswer, byte[] body)
    {
        try
        {
            if (isAnswer)
            {
                var answer = Answer.Parse(body);
                return new() { Silo = answer.Silo, IsWrong = !answer.Says(question.Known) };
            }

            using var problem = JsonDocument.Parse(body);
            return new() { Failure = problem.RootElement.GetProperty("code").GetString() };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException)
        {
            return new() { Failure = "unreadable" };
        }
    }
}

/// <summary>How one call ended.</summary>
internal sealed record Call
{
    /// <summary>Time stamps of <see cref="Stopwatch"/>.</summary>
    public long Started { get; init; }

    public long Ended { get; init; }

    /// <summary>The problem's code, or what happened instead of an answer; null where there was one.</summary>
    public string? Failure { get; init; }

    public string? Silo { get; init; }

    /// <summary>An answer, but not the known one.</summary>
    public bool IsWrong { get; init; }

    /// <summary>How often the client asked again.</summary>
    public int ClientRetries { get; init; }

    public TimeSpan Took => Stopwatch.GetElapsedTime(Started, Ended);
}
