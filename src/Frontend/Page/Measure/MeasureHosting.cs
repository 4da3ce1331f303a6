using Lineup.Frontend.Page.Measure.Live;

namespace Lineup.Frontend.Page.Measure;

/// <summary>Registers what the page Measure needs.</summary>
internal static class MeasureHosting
{
    public static void AddMeasure(this IServiceCollection services)
    {
        services.AddSingleton<LiveSampler>();
        services.AddScoped<ChartPictures>();
    }
}
