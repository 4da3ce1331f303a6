using Lineup.Frontend.Classification;
using Lineup.Frontend.Clustering;
using Lineup.Frontend.Documentation;
using Lineup.Frontend.Errors;
using Lineup.Frontend.Models;
using Lineup.Frontend.Security;
using Lineup.Silo.Observability;

namespace Lineup.Frontend;

/// <summary>The way in: REST for programs and people. Embeds a silo unless it is told which cluster to join.</summary>
public static class Program
{
    public static async Task Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddConsoleLogs();
        builder.AddCluster();
        builder.AddClassification();
        builder.AddOperatorAccess();
        builder.AddProblems();
        builder.AddApiDocumentation();
        builder.AddPrometheusMetrics();
        builder.AddClusterHealth();

        var app = builder.Build();
        app.UseProblems();
        app.UseTrustedHosts();
        app.MapClassification();
        app.MapModels();
        app.MapPulling();
        app.MapApiDocumentation();
        app.MapPrometheusMetrics();
        app.MapClusterHealth();

        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it still waited for its cluster.
        }
    }
}
