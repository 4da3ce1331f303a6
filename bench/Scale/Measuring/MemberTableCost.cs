using System.Diagnostics;
using System.Globalization;
using System.Net;
using Lineup.Cluster.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using StackExchange.Redis;

namespace Lineup.Scale.Measuring;

/// <summary>What it costs Redis, and the reader, to read the table of members, by Orleans' own code for it.</summary>
internal static class MemberTableCost
{
    private const int Few = 10;
    private const int Many = 1000;
    private const int Reads = 400;

    /// <returns>Redis' microseconds for a read, and for each member in it; the reader's for each member; bytes of each member.</returns>
    public static async Task<(double Read, double PerSilo, double ParsePerSilo, double BytesPerSilo)> MeasureAsync(ClusterRun run, CancellationToken cancellationToken)
    {
        var address = $"127.0.0.1:{run["redis"].Ports["redis"]}";
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true");
        var few = await MeasureAsync(address, redis, Few, cancellationToken);
        var many = await MeasureAsync(address, redis, Many, cancellationToken);
        var store = (many.Store - few.Store) / (Many - Few);
        return (Math.Max(0, few.Store - (Few * store)), store, (many.Reader - few.Reader) / (Many - Few), (many.Bytes - few.Bytes) / (Many - Few));
    }

    private static async Task<(double Store, double Reader, double Bytes)> MeasureAsync(
        string address, ConnectionMultiplexer redis, int silos, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo
            .Configure<Orleans.Configuration.ClusterOptions>(cluster => cluster.ClusterId = $"cost-{silos}")
            .Configure<Orleans.Configuration.EndpointOptions>(endpoint => endpoint.AdvertisedIPAddress = IPAddress.Loopback)
            .UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(address)));
        using var host = builder.Build();
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellationToken);
        var version = (await table.ReadAllAsync(cancellationToken)).Version;
        for (var number = 0; number < silos; number++)
        {
            version = version.Next();
            if (!await table.InsertRowAsync(Member(number), version, cancellationToken))
                throw new InvalidOperationException($"Member {number} could not be written.");
            version = (await table.ReadAllAsync(cancellationToken)).Version;
            cancellationToken.ThrowIfCancellationRequested();
        }

        var server = redis.GetServer(redis.GetEndPoints()[0]);
        for (var i = 0; i < Reads / 4; i++)
            await table.ReadAllAsync(cancellationToken);
        var (cpu, bytes) = await InfoAsync(server);
        using var self = Process.GetCurrentProcess();
        var own = self.TotalProcessorTime;
        for (var i = 0; i < Reads; i++)
            await table.ReadAllAsync(cancellationToken);
        self.Refresh();
        var reader = (self.TotalProcessorTime - own).TotalMicroseconds / Reads;
        var (cpuAfter, bytesAfter) = await InfoAsync(server);
        return ((cpuAfter - cpu) * 1e6 / Reads, reader, (bytesAfter - bytes) / Reads);
    }

    private static MembershipEntry Member(int number) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(new IPAddress([10, 0, (byte)(number / 250), (byte)(number % 250)]), 11111), 150_000_000 + number),
        HostName = $"silo{number}.lineup.svc.cluster.local",
        SiloName = $"silo{number}",
        RoleName = "lineup",
        Status = SiloStatus.Active,
        ProxyPort = 30000,
        StartTime = TimeProvider.System.GetUtcNow().UtcDateTime,
        IAmAliveTime = TimeProvider.System.GetUtcNow().UtcDateTime,
        SuspectTimes = [],
    };

    /// <summary>Processor seconds and bytes sent by Redis since it started.</summary>
    private static async Task<(double Cpu, double Bytes)> InfoAsync(IServer server)
    {
        var lines = (await server.InfoRawAsync() ?? "").Split('\n');
        return (Number("used_cpu_user:") + Number("used_cpu_sys:"), Number("total_net_output_bytes:"));

        double Number(string name) => double.Parse(
            lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).AsSpan(name.Length).Trim(), CultureInfo.InvariantCulture);
    }
}
