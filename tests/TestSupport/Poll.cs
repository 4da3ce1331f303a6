using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Lineup.TestSupport;

/// <summary>Waits for what gives no signal of its own, such as the state of another process.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Asks again and again until the answer is as wanted, and gives it back. After <paramref name="limit"/> (default: 20 s) the test
    /// fails and shows the latest answer, as JSON unless <paramref name="show"/> knows better.
    /// </summary>
    public static async Task<T> UntilAsync<T>(
        string what, Func<Task<T>> ask, Func<T, bool> isAsWanted, TimeSpan? limit = null, Func<T, string>? show = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isAsWanted(answer))
                return answer;
            if (Stopwatch.GetElapsedTime(started) > (limit ?? TimeSpan.FromSeconds(20)))
                Assert.Fail($"Waited in vain for this: {what}. It is: {show?.Invoke(answer) ?? JsonSerializer.Serialize(answer)}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}
