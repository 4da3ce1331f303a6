using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Rest;

/// <summary>Jobs as a caller sees them.</summary>
internal static class JobCalls
{
    /// <summary>Sends an archive as the raw body, or nothing.</summary>
    public static Task<HttpResponseMessage> StartJobAsync(this HttpClient http, string model, string verb, string query, byte[]? archive = null) =>
        http.PostAsync(
            http.At($"/api/models/{model}/{verb}?{query}"),
            archive is null ? null : Calls.Raw(archive, "application/zip"),
            TestContext.Current.CancellationToken);

    /// <summary>Sends an archive as a multipart field, as curl -F and browsers do.</summary>
    public static Task<HttpResponseMessage> StartJobFormAsync(
        this HttpClient http, string model, string verb, string query, byte[] archive, string field = "pictures", string name = "holiday.zip")
    {
        var form = new MultipartFormDataContent { { new StringContent("before"), "other" }, { Calls.Raw(archive, "application/zip"), field, name } };
        return http.PostAsync(http.At($"/api/models/{model}/{verb}?{query}"), form, TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts that the job was accepted, and that the answer says where it is.</summary>
    public static async Task<JsonElement> AcceptedAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{(int)response.StatusCode}: {text}");
        var job = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(job.Text("address"), response.Headers.Location?.OriginalString);
        return job;
    }

    /// <summary>All events up to the end, or as many as are wanted.</summary>
    public static async Task<List<SseItem<JsonElement>>> EventsAsync(this HttpClient http, JsonElement job, int most = int.MaxValue)
    {
        using var response = await http.GetAsync(http.At(job.Text("events")!), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var events = new List<SseItem<JsonElement>>();
        await foreach (var item in SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<JsonElement>(data)).EnumerateAsync(TestContext.Current.CancellationToken))
        {
            events.Add(item);
            if (events.Count == most)
                break;
        }

        return events;
    }

    /// <summary>Waits for the end of a job, which has to be the one that is named.</summary>
    public static async Task<JsonElement> EndAsync(this HttpClient http, JsonElement job, string state = "done")
    {
        var last = (await http.EventsAsync(job))[^1];
        Assert.True(last.EventType == state, $"{last.EventType}: {last.Data}");
        Assert.Equal(state, last.Data.Text("state"));
        return last.Data;
    }

    /// <summary>Starts a job that ends when it is disposed, and not before.</summary>
    public static async Task<EndlessJob> StartEndlessAsync(this HttpClient http, FrontendFixture frontend)
    {
        var model = frontend.AddModel(new TinyModel { ExtraWork = 50 });
        using var response = await http.StartJobAsync(model, "evaluate", "dataSet=many.zip");
        return new(http, model, await response.AcceptedAsync());
    }

    public static Task<HttpResponseMessage> DeletePathAsync(this HttpClient http, string path, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, http.At(path));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

/// <summary>A job that works on the silo, and keeps others waiting, until it is disposed: a test that fails must not leave it behind.</summary>
internal sealed record EndlessJob(HttpClient Http, string Model, JsonElement Job) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        using var cancel = await Http.DeletePathAsync(Job.Text("address")!);
        await Http.EndAsync(Job, "cancelled");
    }
}
