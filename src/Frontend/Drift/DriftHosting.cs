namespace Lineup.Frontend.Drift;

/// <summary>Registers the comparison of live answers with the original's.</summary>
internal static class DriftHosting
{
    public static void AddDriftSampling(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DriftOptions>().Bind(builder.Configuration.GetSection(DriftOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<DriftMetrics>();
        builder.Services.AddSingleton<DriftSampler>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DriftSampler>());
    }
}
