using System.Collections.Concurrent;
using System.Diagnostics;
using Lineup.Failures.Calls;

namespace Lineup.Failures.Load;

/// <summary>
/// Asks at a steady rate, whether or not answers come: a client that waited for answers would ask less just when things go wrong, and
/// so hide what it ought to show.
/// </summary>
internal sealed class OpenLoad(Caller caller, IReadOnlyList<Question> questions, double requestsPerSecond)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentQueue<Call> _ended = new();
    private volatile bool _isOver;

    /// <summary>What has been answered so far.</summary>
    public IReadOnlyCollection<Call> Ended => _ended;

    /// <summary>The silo that answered most of the latest calls.</summary>
    public string? BusiestSilo() => _ended.Reverse().Where(call => call.Silo is not null).Take((int)Math.Max(50, requestsPerSecond))
        .GroupBy(call => call.Silo!).OrderByDescending(silo => silo.Count()).ThenBy(silo => silo.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;

    /// <summary>Ends the load before its time, once what it asked has been answered.</summary>
    public void End() => _isOver = true;

    /// <summary>Asks for so long and then waits for all that is under way.</summary>
    public async Task<LoadReport> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var calls = new List<Task>();
        using var timer = new PeriodicTimer(Tick);
        while (!_isOver && Stopwatch.GetElapsedTime(started) < duration)
        {
            var due = Stopwatch.GetElapsedTime(started).TotalSeconds * requestsPerSecond;
            while (calls.Count < due)
            {
                var question = questions[calls.Count % questions.Count];
                calls.Add(Task.Run(() => AskAsync(question, cancellationToken), cancellationToken));
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        var ended = Stopwatch.GetTimestamp();
        await Task.WhenAll(calls);
        return new([.. _ended], started, ended);
    }

    private async Task AskAsync(Question question, CancellationToken cancellationToken) => _ended.Enqueue(await caller.AskAsync(question, cancellationToken));
}
