using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Hostile;

/// <summary>Multipart bodies that are not what they say.</summary>
public sealed class MultipartTests(FrontendFixture frontend)
{
    private const string Part = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n";

    [Fact]
    public async Task Classify_NoFieldNamedImage_SaysHowToSendOne()
    {
        using var response = await frontend.Http.ClassifyFormAsync("tiny", Pictures.Red, field: "picture");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
        Assert.Contains("-F image=@", problem.Text("detail"), StringComparison.Ordinal);
        await frontend.AssertServesAsync();
    }

    [Theory]
    [InlineData("multipart/form-data", Part)]
    [InlineData("multipart/form-data; boundary=\"\"", Part)]
    [InlineData("multipart/form-data; boundary=another", Part)]
    [InlineData("multipart/form-data; boundary=b", "")]
    [InlineData("multipart/form-data; boundary=b", "--b--\r\n")]
    [InlineData("multipart/form-data; boundary=b", "no parts at all")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"im")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nno colon in this header\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("multipart/form-data; boundary=b", Part + "a part that never ends")]
    public async Task Classify_BrokenEnvelope_IsABadRequest(string type, string body)
    {
        using var response = await SendAsync(type, Encoding.ASCII.GetBytes(body));

        await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
        await frontend.AssertServesAsync();
    }

    [Fact]
    public async Task Classify_BoundaryTooLong_IsABadRequest()
    {
        using var response = await SendAsync($"multipart/form-data; boundary={new string('b', 300)}", Encoding.ASCII.GetBytes(Part));

        await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
    }

    [Fact]
    public async Task Classify_EndlessHeadersInAPart_IsABadRequest()
    {
        var headers = string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-{i}: {new string('x', 100)}\r\n"));

        using var response = await SendAsync("multipart/form-data; boundary=b", Encoding.ASCII.GetBytes($"--b\r\n{headers}\r\nx\r\n--b--\r\n"));

        await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
        await frontend.AssertServesAsync();
    }

    [Fact]
    public async Task Classify_ThousandsOfParts_IsABadRequest()
    {
        var parts = string.Concat(Enumerable.Range(0, 5000).Select(i => $"--b\r\nContent-Disposition: form-data; name=\"f{i}\"\r\n\r\nx\r\n"));

        using var response = await SendAsync("multipart/form-data; boundary=b", Encoding.ASCII.GetBytes($"{parts}--b--\r\n"));

        await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
        await frontend.AssertServesAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(string type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await frontend.Http.PostAsync(
            frontend.Http.At("/api/models/tiny/variants/original/classify"), content, TestContext.Current.CancellationToken);
    }
}
