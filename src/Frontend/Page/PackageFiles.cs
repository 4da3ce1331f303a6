using MudBlazor;

namespace Lineup.Frontend.Page;

/// <summary>
/// Addresses of MudBlazor's files that browsers may keep for ever. The SDK has such addresses, too, but serves a package's file without
/// compression under them, ten times as large; see https://learn.microsoft.com/aspnet/core/fundamentals/map-static-files.
/// </summary>
internal static class PackageFiles
{
    private const string Parameter = "v";
    private const string ForGood = "max-age=31536000, immutable";

    /// <summary>Of the build that brought the files along.</summary>
    private static readonly string Version = typeof(MudTheme).Assembly.ManifestModule.ModuleVersionId.ToString("N")[..12];

    public static string Address(string path) => $"{path}?{Parameter}={Version}";

    /// <summary>Lets what was asked for by such an address be kept. Under its bare name, or with another version, it is asked for anew.</summary>
    public static void KeepPackageFiles(this IEndpointConventionBuilder assets) => assets.Add(endpoint =>
    {
        if (endpoint.RequestDelegate is not { } serve)
            return;
        endpoint.RequestDelegate = context =>
        {
            if (context.Request.Query[Parameter] == Version)
                context.Response.OnStarting(Keep, context.Response);
            return serve(context);
        };
    });

    private static Task Keep(object response)
    {
        ((HttpResponse)response).Headers.CacheControl = ForGood;
        return Task.CompletedTask;
    }
}
