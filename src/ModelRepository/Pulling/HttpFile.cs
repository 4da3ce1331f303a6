using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Lineup.ModelRepository.Pulling;

/// <summary>One GET of a file from an offset, and the meaning of every answer to it.</summary>
internal static class HttpFile
{
    public static async Task<Content> OpenAsync(
        HttpClient client, Uri address, long offset, TimeProvider time, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (offset > 0)
            request.Headers.Range = new RangeHeaderValue(offset, null);

        var response = await SendAsync(client, request, cancellationToken);
        try
        {
            var range = response.Content.Headers.ContentRange;
            if (response.StatusCode == HttpStatusCode.OK)
                return await ReadAsync(response, 0, response.Content.Headers.ContentLength, cancellationToken);
            if (response.StatusCode == HttpStatusCode.PartialContent && range is { HasRange: true } && range.From == offset)
                return await ReadAsync(response, offset, range.Length, cancellationToken);

            // 416, or a piece other than the one asked for: whatever the server means, the whole file is understood by all.
            var rangeFailed = response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.PartialContent;
            if (!rangeFailed || offset == 0)
                throw Failure(response, address, time);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        response.Dispose();
        return await OpenAsync(client, address, 0, time, cancellationToken);
    }

    private static async Task<Content> ReadAsync(
        HttpResponseMessage response, long offset, long? total, CancellationToken cancellationToken) =>
        new(await response.Content.ReadAsStreamAsync(cancellationToken), offset, total, response);

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Authority;
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.NameResolutionError)
        {
            throw Unreachable($"the host name {host} cannot be resolved", exception, isTransient: true);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw Unreachable($"no trusted connection to {host}: {Cause(exception)}", exception, isTransient: false);
        }
        catch (HttpRequestException exception) when (IsConnecting(exception.HttpRequestError))
        {
            throw Unreachable($"no connection to {host}: {Cause(exception)}", exception, isTransient: true);
        }
        catch (HttpRequestException exception)
        {
            var what = $"{host} broke the connection before it answered";
            throw new PullException(PullError.ConnectionLost, what, "try again", exception) { IsTransient = true };
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit on connecting.
            throw Unreachable($"{host} does not answer", exception, isTransient: true);
        }
    }

    private static bool IsConnecting(HttpRequestError error) =>
        error is HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError;

    private static string Cause(HttpRequestException exception) => (exception.InnerException ?? exception).Message.ReplaceLineEndings(" ");

    private static PullException Unreachable(string what, Exception inner, bool isTransient)
    {
        const string advice = "check the network and proxy, or pull from a catalog on this machine with --catalog";
        return new(PullError.Unreachable, what, advice, inner) { IsTransient = isTransient };
    }

    private static PullException Failure(HttpResponseMessage response, Uri address, TimeProvider time)
    {
        var said = $"{address.Authority} answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } target)
        {
            // The handler follows every redirect but the one from https to http, which would give up the protection in passing.
            var redirect = $"{address.Authority} redirects to {target}, which is not followed";
            return new(PullError.ServerFailed, redirect, "name the final https address in the catalog");
        }

        switch (response.StatusCode)
        {
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                var what = $"{said} for {address.GetLeftPart(UriPartial.Path)}";
                return new(PullError.NotFound, what, "check the url in the catalog, the file may have moved");
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return new(PullError.AccessDenied, said, "the file needs credentials: fetch it by hand and put it into the repository");
            default:
                var isTransient = HttpClientResiliencePredicates.IsTransient(Outcome.FromResult(response));
                return new(PullError.ServerFailed, said, isTransient ? "try again later" : "check the url in the catalog")
                {
                    IsTransient = isTransient,
                    RetryAfter = RetryAfter(response, time),
                };
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) =>
        response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - time.GetUtcNow() : null;
}
