using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>Callers that ask one variant again and again until they are told to stop, and note what each answer took.</summary>
internal sealed class LoadLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<double> _seen = new();
    private readonly ConcurrentQueue<double> _said = new();
    private readonly ConcurrentQueue<double> _transport = new();
    private readonly Task _callers;

    /// <param name="http">The frontend.</param>
    /// <param name="model">The model.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="picture">What is sent.</param>
    /// <param name="callers">How many ask at once.</param>
    /// <param name="pause">What each waits between an answer and the next question.</param>
    /// <param name="query">Parameters of the request, with their question mark.</param>
    /// <param name="transport">Whether each also asks, in turn, for an answer that takes no work, to learn what the way there and back takes.</param>
    public LoadLoop(
        HttpClient http, string model, string variant, byte[] picture,
        int callers = 1, TimeSpan pause = default, string query = "", bool transport = false) =>
        _callers = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(http, model, variant, picture, pause, query, transport))));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    /// <summary>What the answers with predictions took, and the way to the frontend and back without any work.</summary>
    public async Task<LoadTimes> StopAsync()
    {
        await _stop.CancelAsync();
        await _callers;
        return new([.. _seen.Order()], [.. _said.Order()], [.. _transport.Order()]);
    }

    private async Task CallAsync(HttpClient http, string model, string variant, byte[] picture, TimeSpan pause, string query, bool transport)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                using var response = await http.ClassifyAsync(model, picture, variant, query);
                var seen = Stopwatch.GetElapsedTime(started).TotalSeconds;
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    var answer = await response.OkAsync();
                    _seen.Enqueue(seen);
                    _said.Enqueue(answer.GetProperty("timing").GetProperty("totalMs").GetDouble() / 1000);
                }

                if (transport)
                {
                    // After the same pause: threads that have gone to sleep take longer to answer than those still awake.
                    await Task.Delay(pause, _stop.Token);
                    started = Stopwatch.GetTimestamp();
                    (await http.GetPathAsync("/health/live")).Dispose();
                    _transport.Enqueue(Stopwatch.GetElapsedTime(started).TotalSeconds);
                }

                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or HttpRequestException)
        {
            // Told to stop, or the server was ended under it, as some tests do.
        }
    }
}
