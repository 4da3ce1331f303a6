using System.Net;
using System.Net.Sockets;
using System.Text;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Hostile;

/// <summary>Uploads that stall or break off, over a bare connection.</summary>
public sealed class SlowUploadTests(FrontendFixture frontend)
{
    /// <summary>The server's grace for a slow body is 5 s; this allows for a busy machine.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Classify_UploadStalls_IsEndedInBoundedTime()
    {
        using var client = await BeginUploadAsync();

        var answer = await ReadToEndAsync(client).WaitAsync(Bound, TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains("\"upload_too_slow\"", answer, StringComparison.Ordinal);
        await frontend.AssertServesAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Classify_UploadBreaksOff_HarmsNobody(bool reset)
    {
        for (var i = 0; i < 10; i++)
        {
            using var client = await BeginUploadAsync();
            client.LingerState = new LingerOption(reset, 0);
            client.Close();
        }

        await frontend.AssertServesAsync();
    }

    [Fact]
    public async Task Classify_UploadTrickles_IsEndedByTheLimitOnTheWhole()
    {
        await using var server = await ServerProcess.StartReadyAsync("Frontend", frontend.Repository.Root, "--Lineup:Uploads:Timeout", "00:00:01");
        using var client = await BeginUploadAsync(server);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var trickling = TrickleAsync(client, enough.Token);

        var answer = await ReadToEndAsync(client).WaitAsync(Bound, TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("\"upload_too_slow\"", answer, StringComparison.Ordinal);
        await enough.CancelAsync();
        await trickling;
    }

    /// <summary>Sends fast enough for the server's least rate, and far too slowly to come to an end.</summary>
    private static async Task TrickleAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await client.GetStream().WriteAsync(new byte[100], cancellationToken);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The server has had enough, or the test has.
        }
    }

    /// <summary>Sends the header of a large upload and the beginning of its body.</summary>
    private async Task<TcpClient> BeginUploadAsync(ServerProcess? server = null)
    {
        var address = (server ?? frontend.Server).Address;
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        var head = $"POST /api/models/tiny/variants/original/classify HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + "Content-Type: image/png\r\nContent-Length: 100000\r\n\r\n";
        await client.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. Pictures.Red[..20]], TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
