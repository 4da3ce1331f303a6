using Orleans.Dashboard;
using Orleans.Hosting;

namespace Lineup.Silo.Observability;

/// <summary>
/// Orleans' own dashboard: silos, activations and calls by grain. Silos gather what it shows, a frontend shows it. It profiles calls
/// while somebody looks, for a minute afterwards, and in a silo's first minute.
/// </summary>
public static class OperatorDashboard
{
    /// <summary>Lets a silo gather what the dashboard shows.</summary>
    public static ISiloBuilder AddOperatorDashboard(this ISiloBuilder silo) =>
        IsOn(silo.Configuration) ? silo.AddDashboard(HideLogs) : silo;

    /// <summary>Lets a client of the cluster show it.</summary>
    public static IClientBuilder AddOperatorDashboard(this IClientBuilder client) =>
        IsOn(client.Configuration) ? client.AddDashboard(HideLogs) : client;

    /// <summary>Maps the dashboard if it is on; null if not.</summary>
    public static RouteGroupBuilder? MapOperatorDashboard(this IEndpointRouteBuilder endpoints, string path) =>
        IsOn(endpoints.ServiceProvider.GetRequiredService<IConfiguration>()) ? endpoints.MapOrleansDashboard(path) : null;

    /// <summary>Logs have their own readers, with rights of their own.</summary>
    private static void HideLogs(DashboardOptions options) => options.HideTrace = true;

    private static bool IsOn(IConfiguration configuration) => ObservabilityOptions.Read(configuration).OrleansDashboard;
}
