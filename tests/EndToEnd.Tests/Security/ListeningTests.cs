using System.Net;
using Lineup.EndToEnd.Tests.Clustering;
using Lineup.TestSupport;
using Lineup.TestSupport.Hosting;

namespace Lineup.EndToEnd.Tests.Security;

/// <summary>By default nothing of Lineup can be reached from another machine.</summary>
public sealed class ListeningTests : IDisposable
{
    private readonly TestRepository _repository = new TestRepository().AddModel("tiny");

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData("Frontend", 1)]
    [InlineData("Silo", 3)]
    public async Task Start_WithoutAddresses_ListensOnLoopbackAlone(string program, int fewest)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what a process listens on is read from /proc");
        var (siloPort, gatewayPort) = Ports.TakeTwo();
        string[] ports = program == "Silo" ? ["--Lineup:Silo:SiloPort", $"{siloPort}", "--Lineup:Silo:GatewayPort", $"{gatewayPort}"] : [];
        await using var server = ServerProcess.Launch($"Lineup.{program}.dll", ["--Lineup:Repository:Path", _repository.Root, .. ports]);

        await server.UntilLogAsync("Application started");

        Assert.SkipWhen(server.Log.Contains("address already in use", StringComparison.OrdinalIgnoreCase), "the default port is in use on this machine");
        var sockets = ListeningSockets.Of(server.ProcessId);
        Assert.True(sockets.Count >= fewest, $"{string.Join(", ", sockets)}\n{server.Log}");
        Assert.All(sockets, socket => Assert.True(IPAddress.IsLoopback(socket.Address), $"{socket}"));
    }
}
