using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Lineup.Cli.Commands;

namespace Lineup.Cli.Remote;

/// <summary>
/// Runs a job on a Lineup server and shows how far it is. A connection that breaks is made again, since the job goes on; Ctrl-C cancels it.
/// </summary>
internal sealed class RemoteJobs : IDisposable
{
    private const int Attempts = 60;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    public RemoteJobs(Uri server, string? key)
    {
        // Uploads and event streams take as long as they take.
        _http = new() { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
            _http.DefaultRequestHeaders.Add("X-Api-Key", key);
    }

    /// <summary>Starts the job, follows it and gives its last status.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="verb">compress or evaluate.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="pictures">Folder or zip archive to send; null for none.</param>
    /// <param name="cancellationToken">Cancels the job.</param>
    /// <exception cref="RemoteException">It was refused or failed; the message says why.</exception>
    public async Task<JsonElement> RunAsync(
        string model, string verb, IReadOnlyList<(string Name, string Value)> query, string? pictures, CancellationToken cancellationToken)
    {
        var job = await StartAsync(model, verb, query, pictures, cancellationToken);
        try
        {
            var last = await ProgressDisplay.ShowAsync<JsonElement, JsonElement>(Step, progress => FollowAsync(job, progress, cancellationToken));
            return last.GetProperty("state").GetString() == "done"
                ? last
                : throw new RemoteException(last.GetProperty("message").GetString()!);
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(job.GetProperty("address").GetString()!);
            throw;
        }

        ProgressStep Step(JsonElement now) => new(
            $"{model} {(now.TryGetProperty("stage", out var stage) ? stage : now.GetProperty("state")).GetString()}",
            now.TryGetProperty("fraction", out var fraction) ? (long)(100 * fraction.GetDouble()) : 0,
            100);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Everything that was decided in a job, line by line.</summary>
    /// <exception cref="RemoteException">The server cannot be reached, or does not know the job any more.</exception>
    public async Task<IReadOnlyList<string>> ReadPlanAsync(JsonElement job, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative($"{job.GetProperty("address").GetString()}/plan"));
        using var response = await SendAsync(request, cancellationToken);
        var answer = await ReadAsync(response, cancellationToken);
        return response.IsSuccessStatusCode
            ? [.. answer.GetProperty("plan").EnumerateArray().Select(line => line.GetString()!)]
            : throw new RemoteException($"{_http.BaseAddress}: the plan cannot be had, status {(int)response.StatusCode}");
    }

    /// <summary>Cancels a job, and says so if it may go on after all.</summary>
    private async Task CancelAsync(string address)
    {
        string? why;
        try
        {
            using var limit = new CancellationTokenSource(CancelLimit);
            using var response = await _http.DeleteAsync(Relative(address), limit.Token);
            why = response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            why = error.Message;
        }

        if (why is not null)
            await Console.Error.WriteLineAsync($"lineup: warning: the job could not be cancelled ({why}) and may go on: {new Uri(_http.BaseAddress!, address)}");
    }

    private async Task<JsonElement> StartAsync(
        string model, string verb, IReadOnlyList<(string Name, string Value)> query, string? pictures, CancellationToken cancellationToken)
    {
        await using var archive = pictures is null ? null : SentArchive.Open(pictures);
        var text = string.Join('&', query.Append(("name", archive?.Name ?? "")).Where(one => one.Item2.Length > 0).Select(one => $"{one.Item1}={Uri.EscapeDataString(one.Item2)}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, Relative($"/api/models/{Uri.EscapeDataString(model)}/{verb}?{text}"));
        if (archive is not null)
        {
            await Console.Error.WriteLineAsync($"sending {archive.Name}");
            request.Content = new StreamContent(archive.Content);

            // The server says no before gigabytes are sent, not after.
            request.Headers.ExpectContinue = true;
        }

        using var response = await SendAsync(request, cancellationToken);
        var answer = await ReadAsync(response, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted)
            return answer;
        var why = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("detail", out var detail) ? detail.GetString() : $"status {(int)response.StatusCode}";
        var running = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("job", out var job) ? $" Its job: {job.GetString()}" : "";
        throw new RemoteException($"{_http.BaseAddress}: {why}{running}");
    }

    private async Task<JsonElement> FollowAsync(JsonElement job, IProgress<JsonElement> progress, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                using var response = await _http.GetAsync(
                    Relative(job.GetProperty("events").GetString()!), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.StatusCode == HttpStatusCode.NotFound)
                    throw new RemoteException("the server does not know the job any more");
                response.EnsureSuccessStatusCode();
                await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
                await foreach (var item in SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<JsonElement>(data)).EnumerateAsync(cancellationToken))
                {
                    attempt = 0;
                    progress.Report(item.Data);
                    if (item.EventType is "done" or "failed" or "cancelled")
                        return item.Data;
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                // The job goes on without us; so do we.
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new RemoteException($"{_http.BaseAddress} does not answer any more; the job may go on there: {job.GetProperty("address").GetString()}");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new RemoteException($"{_http.BaseAddress} cannot be reached: {error.Message}", error);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}
