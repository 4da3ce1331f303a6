using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lineup.ModelRepository.Tests.Pulling;

/// <summary>What the server does with one request.</summary>
/// <param name="Status">200 serves the file; anything else answers with that status and no body.</param>
/// <param name="CutAfter">Closes the connection after so many bytes of the body; null sends them all.</param>
/// <param name="HangAfter">Stays silent after so many bytes of the body, until the client goes; null sends them all.</param>
/// <param name="IgnoreRange">Sends the whole file whatever was asked for.</param>
/// <param name="Header">One more header line of the answer.</param>
/// <param name="ClaimLength">Whether the answer says how long it is; without, its end is the connection's.</param>
internal sealed record Answer(
    int Status = 200,
    int? CutAfter = null,
    int? HangAfter = null,
    bool IgnoreRange = false,
    string? Header = null,
    bool ClaimLength = true);

/// <summary>An HTTP/1.1 file server that misbehaves as told. Answers that were not scripted are good ones.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte[]> _files = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Answer>> _scripts = new();
    private readonly ConcurrentQueue<(string Path, long? From)> _requests = new();
    private readonly Task _loop;

    public TestServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>The requests so far, with the offset that each asked for.</summary>
    public IReadOnlyList<(string Path, long? From)> Requests => [.. _requests];

    public IEnumerable<long?> OffsetsOf(string path) => Requests.Where(request => request.Path == path).Select(request => request.From);

    public void Serve(string path, byte[] content) => _files[path] = content;

    /// <summary>Says how the next requests for a path are answered, in order.</summary>
    public void Script(string path, params Answer[] answers) => _scripts[path] = new(answers);

    /// <summary>Stops listening; may be called more than once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loop.IsCompleted)
            return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await AnswerAsync(client.GetStream());
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client went, or the test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync(_stop.Token))?.Split(' ')[1] ?? throw new IOException("no request");
        long? from = null;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                from = long.Parse(line["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        }

        _requests.Enqueue((path, from));
        var answer = _scripts.TryGetValue(path, out var script) && script.TryDequeue(out var scripted) ? scripted : new Answer();
        if (answer.Status != 200 || !_files.TryGetValue(path, out var content))
        {
            var status = answer.Status == 200 ? 404 : answer.Status;
            await SendHeadAsync(stream, status, answer.Header, 0);
            return;
        }

        var offset = answer.IgnoreRange ? 0 : from ?? 0;
        if (offset >= content.Length)
        {
            await SendHeadAsync(stream, 416, $"Content-Range: bytes */{content.Length}", 0);
            return;
        }

        var body = content.AsMemory((int)offset);
        var range = offset > 0 ? $"Content-Range: bytes {offset}-{content.Length - 1}/{content.Length}" : answer.Header;
        await SendHeadAsync(stream, offset > 0 ? 206 : 200, range, answer.ClaimLength ? body.Length : null);
        await stream.WriteAsync(body[..Math.Min(body.Length, answer.CutAfter ?? answer.HangAfter ?? body.Length)], _stop.Token);
        if (answer.HangAfter is not null)
            _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stop.Token);
    }

    private async Task SendHeadAsync(NetworkStream stream, int status, string? header, long? length)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\nConnection: close\r\n");
        if (length is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
        if (header is not null)
            head.Append(header).Append("\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
    }
}
