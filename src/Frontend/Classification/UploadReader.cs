using System.Buffers;
using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces.Variants;
using Lineup.Inference.Imaging;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Lineup.Frontend.Classification;

/// <summary>
/// Takes the picture out of a request, from the multipart field "image" or from the raw body, and checks size, format and dimensions by
/// its header. Declared names and types are ignored. Never touches the disk.
/// </summary>
internal sealed class UploadReader(IOptions<ImageOptions> images, IOptions<UploadOptions> uploads, UploadBudget budget, TimeProvider clock)
{
    private const string Field = "image";
    private const int SmallestBuffer = 16 * 1024;
    private const int LargestFirstBuffer = 1024 * 1024;
    private const int MaxParts = 16;

    private readonly ImageOptions _options = images.Value;

    /// <exception cref="ProblemException">The upload is not a picture that may be classified.</exception>
    /// <exception cref="BadHttpRequestException">The client sent too much, too slowly, or broke off.</exception>
    public async Task<Upload> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var boundary = MultipartBoundary(request);
        if (boundary is null && request.ContentLength > _options.MaxBytes)
            throw TooLarge();

        var upload = await ReadInTimeAsync(request, boundary, cancellationToken);
        if (ImageHeader.Inspect(upload.Bytes.Span, _options, out _) is not { } fault)
            return upload;
        upload.Return();
        upload.Dispose();
        throw Problem(fault);
    }

    private async Task<Upload> ReadInTimeAsync(HttpRequest request, string? boundary, CancellationToken aborted)
    {
        using var timeout = new CancellationTokenSource(uploads.Value.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, timeout.Token);
        try
        {
            return boundary is null
                ? await ReadAllAsync(request.Body, request.ContentLength, either.Token)
                : await ReadFieldAsync(request, boundary, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            throw new ProblemException(ApiProblem.UploadTooSlow);
        }
    }

    private static string? MultipartBoundary(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            return null;
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return boundary is { Length: > 0 and <= 200 }
            ? boundary
            : throw new ProblemException(ApiProblem.BadRequest("The multipart body states no usable boundary in its content type."));
    }

    private async Task<Upload> ReadFieldAsync(HttpRequest request, string boundary, CancellationToken cancellationToken)
    {
        try
        {
            var reader = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 32 };
            for (var part = 0; part < MaxParts && await reader.ReadNextSectionAsync(cancellationToken) is { } section; part++)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    && HeaderUtilities.RemoveQuotes(disposition.Name).Equals(Field, StringComparison.OrdinalIgnoreCase))
                {
                    return await ReadAllAsync(section.Body, Math.Min(request.ContentLength ?? 0, _options.MaxBytes), cancellationToken);
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException and not BadHttpRequestException))
        {
            throw new ProblemException(ApiProblem.BadRequest($"The multipart body is malformed: {error.Message}"), error);
        }

        throw new ProblemException(ApiProblem.BadRequest(
            $"The multipart body has no field named '{Field}'. Send one, for instance: curl -F {Field}=@photo.jpg"));
    }

    /// <summary>
    /// Reads to the end. Memory grows with what arrives, not with what is announced: an announcement costs its sender nothing.
    /// </summary>
    private async Task<Upload> ReadAllAsync(Stream body, long? expected, CancellationToken cancellationToken)
    {
        // One byte more than allowed tells a body that is too long from one that just fits.
        var limit = _options.MaxBytes + 1;
        var first = Math.Min(limit, LargestFirstBuffer);
        var buffer = Rent((int)Math.Clamp((expected ?? 0) + 1, Math.Min(SmallestBuffer, first), first));
        var length = 0;
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(buffer.AsMemory(length, Math.Min(buffer.Length, limit) - length), cancellationToken);
                length += read;
                if (read == 0)
                    return new(buffer, length, budget);
                if (length >= limit)
                    throw TooLarge();
                if (length == buffer.Length)
                    Grow(ref buffer, length, limit);
            }
        }
        catch
        {
            // Nobody else has seen the buffer yet.
            ArrayPool<byte>.Shared.Return(buffer);
            budget.Release(buffer.Length);
            throw;
        }
    }

    private byte[] Rent(int bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            budget.Take(buffer.Length);
            return buffer;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private void Grow(ref byte[] buffer, int length, int limit)
    {
        var larger = Rent((int)Math.Min(buffer.Length * 2L, limit));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        budget.Release(buffer.Length);
        buffer = larger;
    }

    private ProblemException TooLarge() => Problem(ImageHeader.TooManyBytes(_options));

    private static ProblemException Problem(ImageFault fault) => new(ApiProblem.For(fault.Error switch
    {
        ImageError.Empty => ClassifyOutcome.EmptyImage,
        ImageError.UnsupportedFormat => ClassifyOutcome.UnsupportedImage,
        ImageError.TooManyBytes => ClassifyOutcome.ImageTooLarge,
        _ => ClassifyOutcome.InvalidImage,
    }, fault.Message));
}
