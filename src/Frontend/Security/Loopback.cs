using System.Net;
using Lineup.Frontend.Errors;
using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Security;

/// <summary>Where no key is configured: callers on this machine itself, not through a proxy, and not from a page of another site in somebody's browser.</summary>
internal static class Loopback
{
    public static readonly string[] Hosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Null where the caller may do it.</summary>
    public static ProblemDetails? Check(HttpContext context)
    {
        var headers = context.Request.Headers;
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !headers.Keys.Any(IsProxys);
        if (!isLocal)
        {
            return ApiProblem.Create(
                403, "Only this machine may do that", "key_not_configured",
                $"Set {OperatorOptions.Section}:KeysFile or {OperatorOptions.Section}:ApiKey to allow it from elsewhere.");
        }

        var origin = headers.Origin.ToString();
        return origin.Length == 0 || origin.Equals($"{context.Request.Scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase)
            ? null
            : ApiProblem.Create(403, "Another site's page may not do that", "origin_not_allowed", $"The request comes from a page of {origin}.");
    }

    /// <summary>Headers that proxies add. One that adds none cannot be told from a caller on this machine: behind a proxy, set a key.</summary>
    private static bool IsProxys(string header) => header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Via", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase);
}
