using System.Net;
using System.Security.Cryptography;
using System.Text;
using Lineup.Frontend.Errors;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Security;

/// <summary>
/// Lets callers change state who send the API key or, where none is configured, who come from this machine itself: not through a
/// proxy, and not from a page of another site in somebody's browser.
/// </summary>
internal static class OperatorAccess
{
    private const int ShortestKey = 16;
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    public static void AddOperatorAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OperatorOptions>()
            .Bind(builder.Configuration.GetSection(OperatorOptions.Section))
            .Validate(options => options.ApiKey is null or { Length: >= ShortestKey }, $"{OperatorOptions.Section}:ApiKey must have {ShortestKey} characters or more.")
            .ValidateOnStart();
    }

    public static RouteHandlerBuilder RequireOperator(this RouteHandlerBuilder route) => Require(route, inBrowser: false);

    /// <summary>
    /// For pages that only show: a browser asks for the key itself and sends it as the password of any name. Browsers do so unasked
    /// ever after, also for other sites' pages, which is why nothing that changes state accepts it.
    /// </summary>
    public static TBuilder RequireOperatorInBrowser<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => Require(route, inBrowser: true);

    private static TBuilder Require<TBuilder>(TBuilder route, bool inBrowser)
        where TBuilder : IEndpointConventionBuilder => route.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var key = context.RequestServices.GetRequiredService<IOptions<OperatorOptions>>().Value.ApiKey;
            var problem = key is null ? CheckLoopback(context) : CheckKey(context, key, inBrowser);
            return problem is null ? await next(invocation) : problem.ToResult();
        });

    /// <summary>Refuses requests that address this machine by a name it does not go by; see <see cref="OperatorOptions.AllowedHosts"/>.</summary>
    public static void UseTrustedHosts(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<OperatorOptions>>().Value;
        var hosts = options.AllowedHosts.Count > 0 || options.ApiKey is not null ? options.AllowedHosts : LoopbackHosts;
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

    private static Microsoft.AspNetCore.Mvc.ProblemDetails? CheckKey(HttpContext context, string key, bool inBrowser)
    {
        string? sent = context.Request.Headers["X-Api-Key"];
        string? authorization = context.Request.Headers.Authorization;
        if (sent is null && authorization?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true)
            sent = authorization[Bearer.Length..].Trim();
        if (sent is null && inBrowser && authorization?.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) == true)
            sent = Password(authorization[Basic.Length..]);
        if (sent is null)
        {
            context.Response.Headers.WWWAuthenticate = inBrowser ? "Basic realm=\"Lineup\", charset=\"UTF-8\"" : "Bearer";
            return ApiProblem.Create(401, "An API key is needed", "key_missing", "Send the API key as X-Api-Key or as Authorization: Bearer.");
        }

        // Hashes have one length, so the comparison's time tells nothing about the key.
        return CryptographicOperations.FixedTimeEquals(Hash(sent), Hash(key))
            ? null
            : ApiProblem.Create(403, "The API key is wrong", "key_wrong", "Check the API key.");

        static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>What follows the colon; null if that is not what it says.</summary>
    private static string? Password(string credentials)
    {
        var bytes = new byte[credentials.Length];
        return Convert.TryFromBase64String(credentials.Trim(), bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length) is var text && text.Contains(':')
            ? text[(text.IndexOf(':') + 1)..]
            : null;
    }

    /// <summary>Headers that proxies add. One that adds none cannot be told from a caller on this machine: behind a proxy, set a key.</summary>
    private static bool IsProxys(string header) => header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Via", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase);

    private static Microsoft.AspNetCore.Mvc.ProblemDetails? CheckLoopback(HttpContext context)
    {
        var headers = context.Request.Headers;
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !headers.Keys.Any(IsProxys);
        if (!isLocal)
        {
            return ApiProblem.Create(
                403, "Only this machine may do that", "key_not_configured", $"Set {OperatorOptions.Section}:ApiKey to allow it from elsewhere.");
        }

        var origin = headers.Origin.ToString();
        return origin.Length == 0 || origin.Equals($"{context.Request.Scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase)
            ? null
            : ApiProblem.Create(403, "Another site's page may not do that", "origin_not_allowed", $"The request comes from a page of {origin}.");
    }
}
