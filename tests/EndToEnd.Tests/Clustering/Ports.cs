using System.Net;
using System.Net.Sockets;

namespace Lineup.EndToEnd.Tests.Clustering;

/// <summary>Ports that were free a moment ago.</summary>
internal static class Ports
{
    public static (int First, int Second) TakeTwo()
    {
        // Both are held at once, so that they differ.
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
