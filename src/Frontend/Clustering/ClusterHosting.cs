using System.Net;
using Lineup.Frontend.Classification;
using Lineup.Inference;
using Lineup.Inference.Admission;
using Lineup.Silo.Clustering;
using Lineup.Silo.Observability;
using Lineup.Silo.Settings;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Lineup.Frontend.Clustering;

/// <summary>Connects the frontend to its cluster.</summary>
internal static class ClusterHosting
{
    public static void AddCluster(this WebApplicationBuilder builder)
    {
        var join = JoinOptions.Add(builder);
        var options = builder.AddSettings(FrontendOptions.Section, new FrontendOptions.Validator(JoinOptions.NamesStore(builder.Configuration)));
        if (join.Store != ClusterStore.None || options.Gateways.Count > 0)
            builder.JoinCluster(join, options);
        else
            builder.AddEmbeddedSilo();

        // Stopping waits for accepted requests: uploads end by their time limit, and answers by their deadlines after that.
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<AdmissionOptions>, IOptions<UploadOptions>>((host, admission, uploads) =>
            host.ShutdownTimeout = uploads.Value.Timeout + admission.Value.MaxDeadline + TimeSpan.FromSeconds(5));
    }

    private static void JoinCluster(this WebApplicationBuilder builder, JoinOptions join, FrontendOptions options)
    {
        var membership = MembershipOptions.Add(builder);
        builder.Services.AddImageLimits(builder.Configuration);
        builder.Services.AddAdmissionLimits(builder.Configuration);
        builder.UseOrleansClient(client =>
        {
            client.PropagateTraces();
            client.AddOperatorDashboard();
            if (join.Store == ClusterStore.None)
                client.UseStaticClustering([.. options.Gateways.Select(IPEndPoint.Parse)]);
            client.UseStore(join, membership);
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (join.ClusterId, "lineup"));
            client.UseConnectionRetryFilter<JoinRetry>();
            client.Services.AddOptions<ClientMessagingOptions>().Configure<IOptions<AdmissionOptions>>((messaging, admission) =>
                messaging.ResponseTimeout = admission.Value.MaxDeadline + TimeSpan.FromSeconds(30));
        });

        // The frontend answers (live, but not ready) while it waits for its cluster.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
    }
}
