using System.Diagnostics;
using System.Net;
using Lineup.Access.Audit;
using Lineup.Access.Keys;
using Lineup.Access.Limits;
using Lineup.Frontend.Errors;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Security;

/// <summary>
/// Lets callers pass who may: within their limit and with a key of the right role or, where no keys are configured, from this machine
/// itself. Writes down who tried to change something.
/// </summary>
internal sealed class AccessGate(
    WatchedKeys keys,
    CallerLimits limits,
    AuditLog audit,
    CallerAddress addresses,
    TimeProvider clock,
    IOptions<OperatorOptions> options,
    IOptions<LimitOptions> limitOptions)
{
    private readonly LimitOptions _limits = limitOptions.Value;
    private readonly bool _isKeyRequired = options.Value.RequireKey;

    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NeededRole>() is not { } needed)
            return next(context);
        var sent = SentKey.Read(context.Request.Headers, needed.InBrowser);
        var key = sent is null ? null : keys.Ring.Find(sent);
        var problem = CheckLimit(context, key) ?? CheckRole(context, needed, sent, key);
        if (needed is { Role: KeyRole.Operate, InBrowser: false })
            Record(context, key, isRefused: problem is not null);
        return problem is null ? next(context) : problem.ToResult().ExecuteAsync(context);
    }

    private ProblemDetails? CheckLimit(HttpContext context, KeyRecord? key)
    {
        var rate = key is null ? _limits.RequestsPerAddress : key.RequestsPerSecond ?? _limits.RequestsPerKey;
        if (rate <= 0)
            return null;
        var caller = key is null ? $"address {addresses.Network(context)}" : $"key {key.Id}";
        return limits.TryTake(caller, rate, out var retryAfter)
            ? null
            : ApiProblem.Create(
                429, "Too many requests", "rate_limited", $"This {(key is null ? "address" : "key")} may send {rate:0.###} requests a second.", retryAfter);
    }

    private ProblemDetails? CheckRole(HttpContext context, NeededRole needed, string? sent, KeyRecord? key)
    {
        if (needed.Role == KeyRole.Infer && !_isKeyRequired)
            return null;
        if (!keys.AreUsed)
            return Loopback.Check(context);
        if (sent is null)
        {
            context.Response.Headers.WWWAuthenticate = needed.InBrowser ? "Basic realm=\"Lineup\", charset=\"UTF-8\"" : "Bearer";
            return ApiProblem.Create(401, "An API key is needed", "key_missing", "Send the API key as X-Api-Key or as Authorization: Bearer.");
        }

        if (key is null)
            return ApiProblem.Create(403, "The API key is wrong", "key_wrong", "Check the API key. It may have been removed.");
        return key.Role >= needed.Role
            ? null
            : ApiProblem.Create(403, "The API key does not open this", "key_not_allowed", $"The key '{key.Name}' is for classifying. This needs one with the role operate.");
    }

    /// <summary>As soon as the answer is known: some answers, such as a pull's, go on for as long as what they began.</summary>
    private void Record(HttpContext context, KeyRecord? key, bool isRefused)
    {
        var isWritten = false;
        context.Response.OnStarting(Write);
        context.Response.OnCompleted(Write);

        Task Write()
        {
            if (isWritten)
                return Task.CompletedTask;
            isWritten = true;
            var request = context.Request;
            var status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;
            audit.Write(new(
                clock.GetUtcNow(),
                key?.Id,
                key?.Name ?? (!isRefused && !keys.AreUsed ? "this machine" : "unknown"),
                addresses.Of(context)?.ToString(),
                request.Method,
                request.Path,
                request.QueryString.HasValue ? request.QueryString.Value : null,
                status,
                isRefused ? "refused" : status is >= 200 and < 300 ? "done" : "failed",
                Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier));
            return Task.CompletedTask;
        }
    }
}
