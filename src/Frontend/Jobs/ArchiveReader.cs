using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces.Jobs;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Lineup.Frontend.Jobs;

/// <summary>
/// Finds the archive in a request: in the multipart field "pictures", or as the raw body. Nothing of it is read here but the parts in
/// front of it, and nothing is kept.
/// </summary>
internal static class ArchiveReader
{
    public const string Field = "pictures";
    public const string DefaultName = "upload.zip";
    private const int MaxParts = 16;

    /// <summary>What is sent, and where it can be read; nothing where the request has no body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">What a raw body is to be called; null for <see cref="DefaultName"/>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ProblemException">The multipart body is malformed, or has no such field.</exception>
    public static async Task<(UploadOffer Offer, Stream Content)?> FindAsync(HttpRequest request, string? name, CancellationToken cancellationToken)
    {
        if (!HasBody(request))
            return null;

        // How large an archive may be is the silo's to say, which counts what comes; the server's own limit is one for pictures.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            return (new(name ?? DefaultName, request.ContentLength), request.Body);

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return boundary is { Length: > 0 and <= 200 }
            ? await FindFieldAsync(new(boundary, request.Body) { HeadersCountLimit = 32 }, cancellationToken)
            : throw new ProblemException(ApiProblem.BadRequest("The multipart body states no usable boundary in its content type."));
    }

    private static async Task<(UploadOffer Offer, Stream Content)?> FindFieldAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            for (var part = 0; part < MaxParts && await reader.ReadNextSectionAsync(cancellationToken) is { } section; part++)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    && HeaderUtilities.RemoveQuotes(disposition.Name).Equals(Field, StringComparison.OrdinalIgnoreCase))
                {
                    var file = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
                    return (new(file.HasValue && file.Length > 0 ? file.Value! : DefaultName, null), section.Body);
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException and not BadHttpRequestException))
        {
            throw new ProblemException(ApiProblem.BadRequest($"The multipart body is malformed: {error.Message}"), error);
        }

        throw new ProblemException(ApiProblem.BadRequest(
            $"The multipart body has no field named '{Field}'. Send one, for instance: curl -F {Field}=@pictures.zip"));
    }

    private static bool HasBody(HttpRequest request) =>
        request.ContentLength is > 0
        || (request.ContentLength is null && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true);
}
