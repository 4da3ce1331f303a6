using System.Net.Sockets;

namespace Lineup.Cluster.Running;

/// <summary>Asks a service for its health: a path that answers 200 or, without one, a port that accepts connections.</summary>
internal sealed class HealthCheck(string host, int port, string? path)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
    {
        Timeout = TimeSpan.FromSeconds(3),
    };

    public async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (path is null)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, port, cancellationToken);
                return true;
            }

            using var response = await Http.GetAsync(new Uri($"http://{host}:{port}{path}"), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
