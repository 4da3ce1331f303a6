using System.Diagnostics;
using Lineup.Failures.Calls;

namespace Lineup.Failures.Load;

/// <summary>How much can be answered: as many callers as keep everything busy, each asking again as soon as it is answered.</summary>
internal static class Capacity
{
    /// <returns>Right answers a second. Calls that were turned away count for nothing.</returns>
    public static async Task<double> MeasureAsync(Caller caller, IReadOnlyList<Question> questions, int callers, TimeSpan duration, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var answered = 0;
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(AskAsync, cancellationToken)));
        return answered / Stopwatch.GetElapsedTime(started).TotalSeconds;

        async Task AskAsync()
        {
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var question = questions[(int)((uint)Interlocked.Increment(ref next) % questions.Count)];
                if (await caller.AskAsync(question, cancellationToken) is { Failure: null, IsWrong: false })
                    Interlocked.Increment(ref answered);
            }
        }
    }
}
