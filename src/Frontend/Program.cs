using Lineup.Frontend.Classification;
using Lineup.Frontend.Clustering;
using Lineup.Frontend.Documentation;
using Lineup.Frontend.Drift;
using Lineup.Frontend.Errors;
using Lineup.Frontend.Jobs;
using Lineup.Frontend.Models;
using Lineup.Frontend.Page;
using Lineup.Frontend.Security;
using Lineup.Silo.Observability;
using Lineup.Silo.Settings;

namespace Lineup.Frontend;

/// <summary>The way in: REST for programs and people. Embeds a silo unless it is told which cluster to join.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,

            // The page's files lie beside the program, wherever it is started from.
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        builder.AddSecretFiles();
        builder.AddConsoleLogs();
        builder.AddCluster();
        builder.AddClassification();
        builder.AddModels();
        builder.AddDriftSampling();
        builder.AddJobClient();
        builder.AddAccess();
        builder.AddProblems();
        builder.AddPage();
        builder.AddApiDocumentation();
        builder.AddPrometheusMetrics();
        builder.AddTracing("lineup-frontend");
        builder.AddClusterHealth();

        if (!builder.HasSoundSettings(Console.Error))
            return 1;
        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UsePageCompression();
        app.UseProblems();
        app.UseTrustedHosts();
        app.UseAccess();
        app.MapClassification();
        app.MapModels();
        app.MapPulling();
        app.MapJobs();
        app.MapPage();
        app.MapApiDocumentation();
        app.MapPrometheusMetrics();
        app.MapClusterHealth();
        app.MapOperatorDashboard("/orleans")?.RequireOperatorInBrowser().ExcludeFromDescription().WithMetadata(ContentPolicy.OrleansDashboard);

        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it still waited for its cluster.
        }

        return 0;
    }
}
