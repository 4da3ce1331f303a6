using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Lineup.TestSupport.Hosting;

/// <summary>Serves one file over HTTP once it is told to, and counts who asked for it.</summary>
public sealed class GatedFile : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;
    private int _requests;

    public GatedFile(byte[] content)
    {
        var port = FreePort();
        Url = $"http://127.0.0.1:{port}/model.onnx";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync(content);
    }

    public string Url { get; }

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Completes with the first request.</summary>
    public Task Asked => _asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    public void Open() => _gate.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Open();
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync(byte[] content)
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                Interlocked.Increment(ref _requests);
                _asked.TrySetResult();
                await _gate.Task;
                await AnswerAsync(context, content);
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Closed: nobody is left to serve.
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context, byte[] content)
    {
        try
        {
            await context.Response.OutputStream.WriteAsync(content);
            context.Response.Close();
        }
        catch (Exception error) when (error is HttpListenerException or IOException)
        {
            // Who asked has gone.
            context.Response.Abort();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
