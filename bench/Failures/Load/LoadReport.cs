using System.Diagnostics;
using Lineup.Failures.Calls;

namespace Lineup.Failures.Load;

/// <summary>What became of all that was asked.</summary>
/// <param name="Calls">Every call, in the order in which they ended.</param>
/// <param name="Started">When the first was sent, as a time stamp of <see cref="Stopwatch"/>.</param>
/// <param name="Ended">When the last was sent.</param>
internal sealed record LoadReport(IReadOnlyList<Call> Calls, long Started, long Ended)
{
    public int Sent => Calls.Count;

    public int Answered => Calls.Count(call => call is { Failure: null, IsWrong: false });

    public int Wrong => Calls.Count(call => call.IsWrong);

    /// <summary>Calls without an answer, by the problem's code.</summary>
    public IReadOnlyDictionary<string, int> Failures => Calls.Where(call => call.Failure is not null)
        .GroupBy(call => call.Failure!).ToDictionary(code => code.Key, code => code.Count());

    public int Failed => Calls.Count(call => call.Failure is not null);

    public int ClientRetries => Calls.Sum(call => call.ClientRetries);

    /// <summary>Longest time without any answer while there was load.</summary>
    public TimeSpan LongestGap
    {
        get
        {
            var ends = Calls.Where(call => call.Failure is null).Select(call => call.Ended).Where(end => end < Ended).Order().Prepend(Started).Append(Ended).ToList();
            return ends.Zip(ends.Skip(1), (first, second) => Stopwatch.GetElapsedTime(first, second)).Max();
        }
    }

    /// <summary>Time of answers at a quantile, from 0 to 1.</summary>
    public TimeSpan Quantile(double quantile)
    {
        var times = Calls.Where(call => call.Failure is null).Select(call => call.Took).Order().ToList();
        return times.Count == 0 ? TimeSpan.Zero : times[(int)Math.Min(times.Count - 1, Math.Floor(quantile * times.Count))];
    }
}
