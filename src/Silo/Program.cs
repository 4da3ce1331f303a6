using Lineup.Silo.Clustering;
using Lineup.Silo.Observability;
using Lineup.Silo.Settings;

namespace Lineup.Silo;

/// <summary>A silo of its own: hosts variants for frontends in other processes, and answers Prometheus and health checks.</summary>
public static class Program
{
    private const string DefaultUrl = "http://127.0.0.1:5100";

    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
            builder.WebHost.UseUrls(DefaultUrl);
        builder.AddSecretFiles();
        builder.AddConsoleLogs();
        builder.AddSilo();
        builder.AddPrometheusMetrics();
        builder.AddTracing("lineup-silo");
        builder.AddClusterHealth();

        if (!builder.HasSoundSettings(Console.Error))
            return 1;
        var app = builder.Build();
        if (!await app.CanUseStoreAsync(Console.Error))
            return 1;
        app.MapPrometheusMetrics();
        app.MapClusterHealth();
        await app.RunAsync();
        return 0;
    }
}
