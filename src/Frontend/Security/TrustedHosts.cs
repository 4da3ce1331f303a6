using Lineup.Frontend.Errors;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Security;

/// <summary>Refuses requests that address this machine by a name it does not go by; see <see cref="OperatorOptions.AllowedHosts"/>.</summary>
internal static class TrustedHosts
{
    public static void UseTrustedHosts(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<OperatorOptions>>().Value;
        var hosts = options.AllowedHosts.Count > 0 || options.HasKeys ? options.AllowedHosts : Loopback.Hosts;
        if (hosts.Count == 0 || hosts.Contains("*"))
            return;
        app.Use((context, next) => hosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase) || IsForMachines(context.Request.Path)
            ? next(context)
            : ApiProblem.Create(
                400, "This host name is not served", "host_not_allowed",
                $"The frontend does not go by '{context.Request.Host.Host}'. Name it in {OperatorOptions.Section}:AllowedHosts.").ToResult().ExecuteAsync(context));
    }

    /// <summary>Probes and scrapers call by address, and there is nothing to win there.</summary>
    private static bool IsForMachines(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");
}
