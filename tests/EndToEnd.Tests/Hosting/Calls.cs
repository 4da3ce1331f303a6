using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Lineup.EndToEnd.Tests.Hosting;

/// <summary>The API as a caller without any of our code sees it: addresses, bytes and JSON.</summary>
internal static class Calls
{
    /// <summary>Classifies by the raw body.</summary>
    public static Task<HttpResponseMessage> ClassifyAsync(
        this HttpClient http, string model, byte[] image, string variant = "original", string query = "", string? type = "image/png") =>
        http.PostAsync(http.At($"/api/models/{model}/variants/{variant}/classify{query}"), Raw(image, type), TestContext.Current.CancellationToken);

    /// <summary>Classifies by a multipart field, as curl -F and browsers send it.</summary>
    public static Task<HttpResponseMessage> ClassifyFormAsync(
        this HttpClient http, string model, byte[] image, string field = "image", string fileName = "photo.png", string? type = "image/png")
    {
        var form = new MultipartFormDataContent { { Raw(image, type), field, fileName } };
        return http.PostAsync(http.At($"/api/models/{model}/variants/original/classify"), form, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> CompareAsync(this HttpClient http, string model, byte[] image, string query = "") =>
        http.PostAsync(http.At($"/api/models/{model}/compare{query}"), Raw(image, "image/png"), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> GetPathAsync(this HttpClient http, string path) =>
        http.GetAsync(http.At(path), TestContext.Current.CancellationToken);

    /// <summary>Posts nothing, as load, unload and pull want it.</summary>
    public static Task<HttpResponseMessage> PostPathAsync(this HttpClient http, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, http.At(path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Puts nothing, as replicas want it.</summary>
    public static Task<HttpResponseMessage> PutPathAsync(this HttpClient http, string path) =>
        http.PutAsync(http.At(path), null, TestContext.Current.CancellationToken);

    public static async Task<string> TextAsync(this HttpClient http, string path)
    {
        using var response = await http.GetPathAsync(path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path} gave {(int)response.StatusCode}: {text}");
        return text;
    }

    public static async Task<JsonElement> JsonAsync(this HttpClient http, string path) => Parse(await http.TextAsync(path));

    /// <summary>Asserts that the response is 200, and gives its JSON.</summary>
    public static async Task<JsonElement> OkAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode}: {text}");
        return Parse(text);
    }

    /// <summary>
    /// Asserts that the response is a problem of that status and code, as RFC 9457 wants it and without a trace of our insides.
    /// </summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} instead of {(int)status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = Parse(text);
        Assert.Equal(((int)status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        return problem;
    }

    /// <summary>A member of a JSON object as text.</summary>
    public static string? Text(this JsonElement json, string member) => json.GetProperty(member).GetString();

    /// <summary>The elements of a member that is an array.</summary>
    public static List<JsonElement> List(this JsonElement json, string member) => [.. json.GetProperty(member).EnumerateArray()];

    public static string? TopLabel(this JsonElement answer) => answer.List("predictions")[0].Text("label");

    public static ByteArrayContent Raw(byte[] image, string? type)
    {
        var content = new ByteArrayContent(image);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }

    /// <summary>The address of a path as it is: escapes stay, and so do dots.</summary>
    public static Uri At(this HttpClient http, string path) => new(
        http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
