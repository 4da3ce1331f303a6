namespace Lineup.Frontend.Security;

/// <summary>The headers by which a browser guards the page and whoever looks at it.</summary>
internal static class SecurityHeaders
{
    /// <remarks>They are added at the last moment, because the answer to an error begins by dropping all headers.</remarks>
    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        var policy = context.GetEndpoint()?.Metadata.GetMetadata<ContentPolicy>() ?? ContentPolicy.Data;
        context.Response.OnStarting(Add, (context.Response, policy));
        return next(context);
    });

    private static Task Add(object state)
    {
        var (response, policy) = ((HttpResponse, ContentPolicy))state;
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = policy.Value;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}
