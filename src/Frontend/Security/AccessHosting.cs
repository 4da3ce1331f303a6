using Lineup.Access.Audit;
using Lineup.Access.Keys;
using Lineup.Access.Limits;
using Lineup.Frontend.Errors;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Security;

/// <summary>Registers what lets callers in: keys, limits and the audit log, and marks endpoints with what they need.</summary>
internal static class AccessHosting
{
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<OperatorOptions>, OperatorOptions.Validator>();
        services.AddOptions<OperatorOptions>().Bind(builder.Configuration.GetSection(OperatorOptions.Section)).ValidateOnStart();
        services.AddOptions<LimitOptions>().Bind(builder.Configuration.GetSection(LimitOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AuditOptions>().Bind(builder.Configuration.GetSection(AuditOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<OperatorOptions>>().Value;
            return new WatchedKeys(options.KeysFile, options.ApiKey, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WatchedKeys>>());
        });
        services.AddSingleton(provider => new CallerLimits(
            provider.GetRequiredService<IOptions<LimitOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AuditLog(
            provider.GetRequiredService<IOptions<AuditOptions>>().Value, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AuditLog>>()));
        services.AddSingleton<AccessMetrics>();
        services.AddSingleton<CallerAddress>();
        services.AddSingleton<AccessGate>();
    }

    /// <summary>Puts the gate before every endpoint that is marked below.</summary>
    public static void UseAccess(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<AccessMetrics>();
        app.Use(app.Services.GetRequiredService<AccessGate>().PassAsync);
    }

    /// <summary>For what classifies: open, unless the settings want a key; limited in any case.</summary>
    public static RouteHandlerBuilder RequireInfer(this RouteHandlerBuilder route) =>
        route.WithMetadata(new NeededRole(KeyRole.Infer)).ProducesProblems(401, 403, 429);

    /// <summary>For what changes state.</summary>
    public static RouteHandlerBuilder RequireOperator(this RouteHandlerBuilder route) =>
        route.WithMetadata(new NeededRole(KeyRole.Operate)).ProducesProblems(429);

    /// <summary>
    /// For pages that only show: a browser asks for the key itself and sends it as the password of any name. Browsers do so unasked
    /// ever after, also for other sites' pages, which is why nothing that changes state accepts it.
    /// </summary>
    public static TBuilder RequireOperatorInBrowser<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NeededRole(KeyRole.Operate, InBrowser: true));
}

/// <summary>What an endpoint needs, as its metadata.</summary>
/// <param name="Role">What the caller's key must open.</param>
/// <param name="InBrowser">Whether the key may come as a browser's password; for what changes nothing.</param>
internal sealed record NeededRole(KeyRole Role, bool InBrowser = false);
