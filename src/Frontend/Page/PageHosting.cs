using Lineup.Frontend.Page.Measure;
using Lineup.Frontend.Page.Models;
using Lineup.Frontend.Page.Shell;
using Lineup.Frontend.Page.Theme;
using Lineup.Frontend.Security;
using Microsoft.AspNetCore.Components;
using MudBlazor.Services;

namespace Lineup.Frontend.Page;

/// <summary>
/// Registers and maps the page. Its circuits only read: whatever changes state goes from the browser to the REST API, with the key that
/// the browser keeps.
/// </summary>
internal static class PageHosting
{
    /// <summary>
    /// What a browser may send its circuit at once, in bytes. A circuit begins with what the page was prerendered with, which is
    /// bounded; pictures do not come this way.
    /// </summary>
    private const int LongestMessage = 4 * PackedState<ModelsSnapshot>.Longest;

    public static void AddPage(this WebApplicationBuilder builder)
    {
        // Files of the page lie in the build's folders until it is published; without this they would be found in Development alone.
        builder.WebHost.UseStaticWebAssets();

        // Run from a build, they would be read and wrapped anew for each request, in case they are being edited.
        if (!builder.Environment.IsDevelopment())
            builder.Configuration["ReloadStaticAssetsAtRuntime"] = "false";

        builder.Services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);
        builder.Services.AddCircuitKeys();
        builder.Services.AddPageCompression();
        builder.Services.AddMudServices();
        builder.Services.AddSingleton<ThemeSheet>();
        builder.Services.AddSingleton<ModelWatch>();
        builder.Services.AddSingleton<WorkWatch>();
        builder.Services.AddScoped<ApiCalls>();
        builder.Services.AddSingleton<PersistentComponentStateSerializer<ModelsSnapshot>, PackedState<ModelsSnapshot>>();
        builder.Services.AddSingleton<PersistentComponentStateSerializer<WorkSnapshot>, PackedState<WorkSnapshot>>();
        builder.Services.AddScoped<PageScripts>();
        builder.Services.AddMeasure();
    }

    public static void MapPage(this WebApplication app)
    {
        app.MapStaticAssets().KeepPackageFiles();
        app.MapThemeSheet();
        app.MapMeasureFiles();

        // No form of the page is posted to it, so there is nothing that a token could guard.
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .DisableAntiforgery()
            .WithMetadata(ContentPolicy.Page, new Compressible());
    }
}
