using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Hostile;

/// <summary>Bodies that are no pictures, or not whole ones, raw and as a multipart field.</summary>
public sealed class BadPictureTests(FrontendFixture frontend)
{
    public static TheoryData<string, HttpStatusCode, string> Pictures => new()
    {
        { "empty", HttpStatusCode.BadRequest, "image_empty" },
        { "one byte", HttpStatusCode.UnsupportedMediaType, "image_unsupported" },
        { "text", HttpStatusCode.UnsupportedMediaType, "image_unsupported" },
        { "only a JPEG's first bytes", HttpStatusCode.UnprocessableEntity, "image_invalid" },
        { "truncated JPEG", HttpStatusCode.UnprocessableEntity, "image_invalid" },
        { "truncated PNG", HttpStatusCode.UnprocessableEntity, "image_invalid" },
        { "PNG that claims 30000x30000", HttpStatusCode.UnprocessableEntity, "image_invalid" },
        { "JPEG that claims 65500x65500", HttpStatusCode.UnprocessableEntity, "image_invalid" },
        { "3000x2", HttpStatusCode.UnprocessableEntity, "image_invalid" },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Classify_RawBody_IsRefusedWithItsReason(string kind, HttpStatusCode status, string code)
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Make(kind));

        await response.ProblemAsync(status, code);
        await frontend.AssertServesAsync();
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Classify_MultipartField_IsRefusedWithItsReason(string kind, HttpStatusCode status, string code)
    {
        using var response = await frontend.Http.ClassifyFormAsync("tiny", Make(kind));

        await response.ProblemAsync(status, code);
        await frontend.AssertServesAsync();
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Compare_RawBody_IsRefusedWithItsReason(string kind, HttpStatusCode status, string code)
    {
        using var response = await frontend.Http.CompareAsync("tiny", Make(kind), "?load=true");

        await response.ProblemAsync(status, code);
        await frontend.AssertServesAsync();
    }

    private static byte[] Make(string kind) => kind switch
    {
        "empty" => [],
        "one byte" => [0xFF],
        "text" => "This is not a picture, however long one looks at it."u8.ToArray(),
        "only a JPEG's first bytes" => TestImages.Photograph()[..16],
        "truncated JPEG" => TestImages.Photograph()[..^2000],
        "truncated PNG" => TestImages.Png(Raster.Photograph(64, 64))[..^2000],
        "PNG that claims 30000x30000" => TestImages.PngClaiming(30_000, 30_000),
        "JPEG that claims 65500x65500" => TestImages.JpegClaiming(65_500, 65_500),
        "3000x2" => TestImages.Png(Raster.Solid(3000, 2, new(1, 2, 3))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
