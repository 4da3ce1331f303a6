using System.Net;
using System.Net.Http.Headers;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Rest;

public sealed class ClassifyTests(FrontendFixture frontend)
{
    [Fact]
    public async Task Classify_MultipartField_GivesTheClass()
    {
        using var response = await frontend.Http.ClassifyFormAsync("tiny", Pictures.Green);

        Assert.Equal("green", (await response.OkAsync()).TopLabel());
    }

    [Fact]
    public async Task Classify_OtherFieldsBeforeTheImage_FindsIt()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("a remark"), "remark" },
            { Calls.Raw(Pictures.Green, "image/png"), "image", "photo.png" },
        };

        using var response = await frontend.Http.PostAsync(
            frontend.Http.At("/api/models/tiny/variants/original/classify"), form, TestContext.Current.CancellationToken);

        Assert.Equal("green", (await response.OkAsync()).TopLabel());
    }

    [Fact]
    public async Task Classify_RawBody_AnswersWithClassesTimesAndSilo()
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Pictures.Red);

        var answer = await response.OkAsync();
        Assert.Equal(("tiny", "original", "embedded"), (answer.Text("model"), answer.Text("variant"), answer.Text("silo")));
        var best = answer.List("predictions")[0];
        Assert.Equal((1, 0, "red"), (best.GetProperty("rank").GetInt32(), best.GetProperty("index").GetInt32(), best.Text("label")));
        Assert.InRange(best.GetProperty("probability").GetDouble(), 0.9, 1);
        var timing = answer.GetProperty("timing");
        var (decode, inference) = (timing.GetProperty("decodeMs").GetDouble(), timing.GetProperty("inferenceMs").GetDouble());
        Assert.True(decode > 0 && inference > 0 && decode + inference <= timing.GetProperty("totalMs").GetDouble(), $"{timing}");
    }

    [Theory]
    [InlineData("", 5)]
    [InlineData("?top=1", 1)]
    [InlineData("?top=3", 3)]
    [InlineData("?top=1000", 5)]
    public async Task Classify_Top_GivesThatManyOrAll(string query, int count)
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Pictures.Red, query: query);

        Assert.Equal(count, (await response.OkAsync()).List("predictions").Count);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("bmp")]
    public async Task Classify_EveryFormat_IsRead(string format)
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Pictures.BlueAs(format), type: null);

        Assert.Equal("blue", (await response.OkAsync()).TopLabel());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("image/png")]
    [InlineData(null)]
    public async Task Classify_JpegUnderAnyContentType_IsReadByItsContent(string? type)
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Pictures.BlueAs("jpeg"), type: type);

        Assert.Equal("blue", (await response.OkAsync()).TopLabel());
    }

    [Fact]
    public async Task Classify_UnparsableContentType_IsReadByItsContent()
    {
        using var content = Calls.Raw(Pictures.Blue, null);
        content.Headers.TryAddWithoutValidation("Content-Type", "not a type; ;;=");

        using var response = await frontend.Http.PostAsync(
            frontend.Http.At("/api/models/tiny/variants/original/classify"), content, TestContext.Current.CancellationToken);

        Assert.Equal("blue", (await response.OkAsync()).TopLabel());
    }

    [Theory]
    [InlineData("photo.png", "image/png")]
    [InlineData("virus.exe", "application/octet-stream")]
    [InlineData("../../etc/passwd", "text/html")]
    public async Task Classify_JpegUnderAnyFileName_IsReadByItsContent(string fileName, string type)
    {
        using var response = await frontend.Http.ClassifyFormAsync("tiny", Pictures.BlueAs("jpeg"), fileName: fileName, type: type);

        Assert.Equal("blue", (await response.OkAsync()).TopLabel());
    }

    [Fact]
    public async Task Classify_TextSentAsJpeg_IsUnsupported()
    {
        using var response = await frontend.Http.ClassifyFormAsync("tiny", "just words"u8.ToArray(), fileName: "photo.jpg", type: "image/jpeg");

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "image_unsupported");
    }

    [Fact]
    public async Task Classify_ChunkedBody_IsRead()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, frontend.Http.At("/api/models/tiny/variants/original/classify"))
        {
            Content = new StreamContent(new MemoryStream(Pictures.Blue)),
        };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/png");

        using var response = await frontend.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("blue", (await response.OkAsync()).TopLabel());
    }

    [Fact]
    public async Task Classify_VariantThatCannotBeLoaded_IsUnavailableWithTheReason()
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Pictures.Red, "corrupt");

        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "not_ready");
        Assert.Contains("ONNX Runtime refuses the file", problem.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain(frontend.Repository.Root, problem.Text("detail"), StringComparison.Ordinal);
        await frontend.AssertServesAsync();
    }

    [Theory]
    [InlineData("no-such-model", "original")]
    [InlineData("tiny", "int4")]
    public async Task Classify_UnknownModelOrVariant_IsNotFound(string model, string variant)
    {
        using var response = await frontend.Http.ClassifyAsync(model, Pictures.Red, variant);

        var problem = await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.StartsWith("Not found: ", problem.Text("detail"), StringComparison.Ordinal);
    }
}
