using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Hostile;

/// <summary>21 MiB where 20 are allowed, in every way of sending them.</summary>
public sealed class OversizeTests(FrontendFixture frontend)
{
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Classify_LengthStated_IsTooLarge(bool expectContinue)
    {
        using var response = await SendAsync(Calls.Raw(Oversize(), "image/jpeg"), expectContinue);

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "upload_too_large");
        await frontend.AssertServesAsync();
    }

    [Fact]
    public async Task Classify_LengthUnknown_IsTooLarge()
    {
        using var response = await SendAsync(new StreamContent(new MemoryStream(Oversize())), chunked: true);

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "upload_too_large");
        await frontend.AssertServesAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Classify_MultipartField_IsTooLarge(bool chunked)
    {
        var form = new MultipartFormDataContent { { Calls.Raw(Oversize(), "image/jpeg"), "image", "photo.jpg" } };

        using var response = await SendAsync(form, chunked: chunked);

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "upload_too_large");
        await frontend.AssertServesAsync();
    }

    [Fact]
    public async Task Classify_MultipartFieldJustOverTheLimit_IsTooLarge()
    {
        // The body as a whole stays within what the server lets through; only the picture is too large.
        var form = new MultipartFormDataContent { { Calls.Raw(Padded((20 * Mebibyte) + 1), "image/jpeg"), "image", "photo.jpg" } };

        using var response = await SendAsync(form);

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "upload_too_large");
    }

    [Fact]
    public async Task Classify_ExactlyTheLimit_IsAccepted()
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Padded(20 * Mebibyte));

        await response.OkAsync();
    }

    private Task<HttpResponseMessage> SendAsync(HttpContent content, bool expectContinue = false, bool chunked = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, frontend.Http.At("/api/models/tiny/variants/original/classify")) { Content = content };
        request.Headers.ExpectContinue = expectContinue;
        request.Headers.TransferEncodingChunked = chunked;
        return frontend.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static byte[] Oversize() => Padded(21 * Mebibyte);

    /// <summary>A sound JPEG with bytes behind its end, which decoders do not read.</summary>
    private static byte[] Padded(int length)
    {
        var bytes = new byte[length];
        TestImages.Photograph().CopyTo(bytes, 0);
        return bytes;
    }
}
