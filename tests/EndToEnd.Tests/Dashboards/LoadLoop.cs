using System.Collections.Concurrent;
using System.Net;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>Callers that ask one variant again and again until they are told to stop, and note what each answer says it took.</summary>
internal sealed class LoadLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<double> _seconds = new();
    private readonly Task _callers;

    /// <param name="http">The frontend.</param>
    /// <param name="model">The model.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="picture">What is sent.</param>
    /// <param name="callers">How many ask at once.</param>
    /// <param name="pause">What each waits between an answer and the next question.</param>
    public LoadLoop(HttpClient http, string model, string variant, byte[] picture, int callers = 1, TimeSpan pause = default) =>
        _callers = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(http, model, variant, picture, pause))));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    /// <summary>What the answers with predictions took by their own word, end to end, in seconds and in order.</summary>
    public async Task<List<double>> StopAsync()
    {
        await _stop.CancelAsync();
        await _callers;
        return [.. _seconds.Order()];
    }

    private async Task CallAsync(HttpClient http, string model, string variant, byte[] picture, TimeSpan pause)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                using var response = await http.ClassifyAsync(model, picture, variant);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    var answer = await response.OkAsync();
                    _seconds.Enqueue(answer.GetProperty("timing").GetProperty("totalMs").GetDouble() / 1000);
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
