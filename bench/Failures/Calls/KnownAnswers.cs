using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Lineup.Failures.Calls;

/// <summary>What pictures are answered with by one process with a silo inside, which no fault has happened to.</summary>
internal static class KnownAnswers
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    /// <exception cref="InvalidOperationException">Two pictures are answered alike, so that one answer could stand for the other.</exception>
    public static async Task<IReadOnlyList<Question>> AskAsync(
        string models, string model, IReadOnlyList<string> variants, IReadOnlyList<byte[]> pictures, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Lineup.Frontend.dll"), "--urls", $"{address}", "--Lineup:Repository:Path", models,
            "--Logging:LogLevel:Default", "Error",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = AppContext.BaseDirectory })!;
        try
        {
            using var http = new HttpClient { BaseAddress = address };
            await UntilReadyAsync(http, process, cancellationToken);
            var questions = new List<Question>();
            foreach (var variant in variants)
            {
                foreach (var picture in pictures)
                    questions.Add(await AskAsync(http, new(model, variant, picture, null!), cancellationToken));
            }

            CheckDistinct(questions);
            return questions;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<Question> AskAsync(HttpClient http, Question question, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(question.Picture);
        using var response = await http.PostAsync(new Uri(question.Path(TimeSpan.FromMinutes(1)), UriKind.Relative), content, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? question with { Known = Answer.Parse(body) }
            : throw new InvalidOperationException($"{question.Model}/{question.Variant} cannot be asked: {System.Text.Encoding.UTF8.GetString(body)}");
    }

    /// <summary>Otherwise an answer to another picture, or by another variant, could pass for the right one.</summary>
    private static void CheckDistinct(List<Question> questions)
    {
        foreach (var (i, question) in questions.Index())
        {
            if (questions.Take(i).FirstOrDefault(other => other.Known.Says(question.Known)) is { } alike)
            {
                throw new InvalidOperationException(
                    $"Picture {questions.IndexOf(alike)} by {alike.Variant} and picture {i} by {question.Variant} are answered alike; draw other pictures.");
            }
        }
    }

    private static async Task UntilReadyAsync(HttpClient http, Process process, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(http, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new InvalidOperationException("The process that answers without faults did not become ready.");
            await Task.Delay(100, cancellationToken);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
