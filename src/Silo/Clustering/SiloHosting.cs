using System.Net;
using System.Net.Sockets;
using Lineup.Grains.Jobs;
using Lineup.Grains.Replicas;
using Lineup.Inference;
using Lineup.Inference.Admission;
using Lineup.ModelRepository;
using Lineup.Silo.Observability;
using Lineup.Silo.Settings;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Lineup.Silo.Clustering;

/// <summary>Makes a host a silo: the grains, what they serve with, and their place in the cluster.</summary>
public static class SiloHosting
{
    /// <summary>Adds a silo that other processes can join and call; settings in <see cref="SiloOptions"/> and <see cref="JoinOptions"/>.</summary>
    public static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder)
    {
        var join = JoinOptions.Add(builder);
        var options = builder.AddSettings(SiloOptions.Section, new SiloOptions.Validator(JoinOptions.NamesStore(builder.Configuration)));
        return Add(builder, options, join);
    }

    /// <summary>Adds a silo for this process alone: it takes a free port on loopback and lets no client in from outside.</summary>
    public static IHostApplicationBuilder AddEmbeddedSilo(this IHostApplicationBuilder builder)
    {
        var alone = new JoinOptions { ClusterId = JoinOptions.Add(builder).ClusterId };
        var settings = builder.AddSettings(SiloOptions.Section, new SiloOptions.Validator(hasStore: false));
        return Add(builder, new() { ClusterId = settings.ClusterId, Name = settings.Name ?? "embedded", SiloPort = 0, GatewayPort = 0 }, alone);
    }

    private static IHostApplicationBuilder Add(IHostApplicationBuilder builder, SiloOptions options, JoinOptions join)
    {
        var membership = MembershipOptions.Add(builder);
        builder.Services.AddModelRepository(builder.Configuration);
        builder.Services.AddInference(builder.Configuration);
        builder.Services.AddReplicas(builder.Configuration);
        builder.Services.AddJobs(builder.Configuration);
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<AdmissionOptions>>((host, admission) =>
            host.ShutdownTimeout = admission.Value.MaxDeadline + TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<ClusterMetrics>();
        builder.UseOrleans(silo =>
        {
            silo.PropagateTraces();
            silo.AddOperatorDashboard();
            var address = SiloOptions.TryResolve(options.Address)!;
            var siloPort = options.SiloPort == 0 ? FreePort(address) : options.SiloPort;
            if (join.Store == ClusterStore.None)
                silo.UseDevelopmentClustering(options.Primary is null ? new IPEndPoint(address, siloPort) : IPEndPoint.Parse(options.Primary));
            silo.UseStore(join);
            silo.Configure<ClusterMembershipOptions>(membership.ApplyTo);
            silo.ConfigureEndpoints(address, siloPort, options.GatewayPort, listenOnAnyHostAddress: false);
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId ?? join.ClusterId, "lineup"));
            silo.Configure<Orleans.Configuration.SiloOptions>(own => own.SiloName = options.Name ?? $"{Environment.MachineName}:{siloPort}");

            // Calls end by the caller's deadline; Orleans' own timeout only catches what was lost.
            silo.Services.AddOptions<SiloMessagingOptions>().Configure<IOptions<AdmissionOptions>>((messaging, admission) =>
                messaging.ResponseTimeout = admission.Value.MaxDeadline + TimeSpan.FromSeconds(30));
        });
        return builder;
    }

    private static int FreePort(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
