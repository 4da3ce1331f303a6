using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Orleans.Runtime;

namespace Lineup.Frontend.Errors;

/// <summary>Every error leaves as a problem: found by us, by the server, or by nobody before.</summary>
internal static class ProblemHosting
{
    public static void AddProblems(this WebApplicationBuilder builder)
    {
        // Problems that the framework makes (no such path, wrong method) get a code as well: not_found, method_not_allowed.
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("code", Code(context.ProblemDetails.Status ?? 500)));

        // Otherwise a parameter that cannot be read is answered without a word on which one it was.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddSingleton<ProblemMetrics>();
        builder.Services.AddExceptionHandler<Handler>();
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // What the handler below turns into an answer is expected and needs no entry in the log.
            SuppressDiagnosticsCallback = context => context.ExceptionHandledBy == ExceptionHandledType.ExceptionHandlerService
                && context.Exception is not OrleansException,
        });
        app.UseStatusCodePages();
    }

    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses)
            route.ProducesProblem(status);
        return route;
    }

    private static string Code(int status) => ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant().Replace(' ', '_');

    private sealed class Handler(IHostApplicationLifetime lifetime) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            // The client has gone: there is nobody to tell.
            if (httpContext.RequestAborted.IsCancellationRequested)
            {
                httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return true;
            }

            var problem = exception switch
            {
                ProblemException found => found.Problem,
                BadHttpRequestException { StatusCode: 413 } bad => ApiProblem.Create(413, "The upload is too large", "upload_too_large", bad.Message),
                BadHttpRequestException { StatusCode: 408 } => ApiProblem.UploadTooSlow,
                BadHttpRequestException bad => ApiProblem.Create(bad.StatusCode, "The request cannot be understood", "bad_request", UnreadableParameter.Explain(bad)),
                OrleansException or TimeoutException => ApiProblem.ClusterUnavailable,

                // Until it has met its cluster, Orleans' client knows no grain at all and calls each a wrong argument.
                ArgumentException when !lifetime.ApplicationStarted.IsCancellationRequested => ApiProblem.ClusterUnavailable,
                _ => null,
            };
            if (problem is null)
                return false;
            await problem.ToResult().ExecuteAsync(httpContext);
            return true;
        }
    }
}
