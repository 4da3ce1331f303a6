using System.Net.Http.Json;
using System.Text.Json;
using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;
using Lineup.Failures.Calls;
using Lineup.Failures.Faults;
using Lineup.Failures.Load;
using Lineup.Failures.State;

namespace Lineup.Failures;

/// <summary>Starts the cluster, finds what it can do, and tries one fault after the other under a share of that as load.</summary>
internal sealed class FailureRun(FailurePlan plan)
{
    private const int CapacityCallers = 12;
    private static readonly TimeSpan HealthLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan JobLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RetryLook = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<Fault> All { get; } =
    [
        ProcessFaults.KillSilo, ProcessFaults.TerminateSilo, ProcessFaults.KillFrontend, ProcessFaults.RestartStore, ProcessFaults.StopStore,
        ProcessFaults.RollingRestart, CacheFaults.FullDisk, CacheFaults.CorruptFile, ProcessFaults.PauseSilo,
    ];

    public async Task<IReadOnlyList<FailureResult>> RunAsync(CancellationToken cancellationToken)
    {
        var models = Path.Combine(SourceTree.Root, "models");
        var questions = await KnownAnswers.AskAsync(models, plan.Model, plan.Variants, Pictures.Draw(plan.Pictures), cancellationToken);
        plan.Tell($"{questions.Count} answers are known, no two alike");

        var folder = plan.Folder ?? Directory.CreateTempSubdirectory("lineup-failures-").FullName;
        try
        {
            await using var run = await ClusterRun.StartAsync(Options(folder), cancellationToken);
            var frontends = run.Services.Where(service => service.Description.Kind == ServiceKind.Frontend).Select(service => service.Address!).ToList();
            using var http = new HttpClient { BaseAddress = frontends[^1], Timeout = TimeSpan.FromMinutes(1) };
            http.DefaultRequestHeaders.Add("X-Api-Key", run.OperatorKey);
            await PrepareAsync(http, cancellationToken);
            return await TryAllAsync(run, http, frontends, [.. Mix(questions)], cancellationToken);
        }
        finally
        {
            if (plan.Folder is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<IReadOnlyList<FailureResult>> TryAllAsync(
        ClusterRun run, HttpClient http, IReadOnlyList<Uri> frontends, IReadOnlyList<Question> questions, CancellationToken cancellationToken)
    {
        using var caller = new Caller(frontends, plan.Deadline);
        foreach (var question in questions)
        {
            var call = await caller.AskAsync(question, cancellationToken);
            if (call.Failure is not null || call.IsWrong)
                throw new InvalidOperationException($"{question.Variant} is answered {call.Failure ?? "wrongly"} before anything has gone wrong.");
        }

        var rate = plan.Rate ?? plan.Share * await MeasureAsync(caller, questions, cancellationToken);
        plan.Tell($"load: {rate:0} requests a second");
        var results = new List<FailureResult>();
        foreach (var fault in All.Where(fault => plan.Faults.Count == 0 || plan.Faults.Contains(fault.Name)))
        {
            results.Add(await TryAsync(fault, run, http, frontends, new(caller, questions, rate), cancellationToken));
            plan.Tell(FailureTable.Write([results[^1]]).Split('\n')[2]);
        }

        return results;
    }

    private async Task<FailureResult> TryAsync(
        Fault fault, ClusterRun run, HttpClient http, IReadOnlyList<Uri> frontends, OpenLoad load, CancellationToken cancellationToken)
    {
        plan.Tell($"-- {fault.Title}");
        await UntilWholeAsync(run, http, cancellationToken);
        var scene = new FaultScene(run, load, plan.Tell);
        if (await fault.WhyNotAsync(scene) is { } reason)
            return new(fault, null, 0, "", reason);
        if (plan.Duration < TimeSpan.FromSeconds(fault.ShortestLoad))
            return new(fault, null, 0, "", $"needs {fault.ShortestLoad} s of load");

        using var retries = new RetryCounter(frontends);
        var retriedBefore = await retries.LookAsync(cancellationToken);
        var before = await ClusterState.ReadAsync(http, plan.Model, plan.Variants, cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var looking = LookAsync(retries, over.Token);
        var calls = load.RunAsync(plan.Duration, cancellationToken);
        await Task.Delay(plan.Duration / 4, cancellationToken);
        await fault.RunAsync(scene, cancellationToken);
        var report = await calls;
        await over.CancelAsync();
        await looking;

        await UntilWholeAsync(run, http, cancellationToken);
        var after = await ClusterState.ReadAsync(http, plan.Model, plan.Variants, cancellationToken);
        return new(fault, report, await retries.LookAsync(cancellationToken) - retriedBefore, after.LossSince(before, report.Calls));
    }

    private async Task<double> MeasureAsync(Caller caller, IReadOnlyList<Question> questions, CancellationToken cancellationToken)
    {
        var capacity = await Capacity.MeasureAsync(caller, questions, CapacityCallers, plan.CapacityDuration, cancellationToken);
        plan.Tell($"capacity, measured for {plan.CapacityDuration.TotalSeconds:0} s with {CapacityCallers} callers on this machine: {capacity:0} answers a second");
        return capacity;
    }

    /// <summary>Loads the variants, asks for replicas, and leaves the record of a job, so that there is state to be lost.</summary>
    private async Task PrepareAsync(HttpClient http, CancellationToken cancellationToken)
    {
        foreach (var variant in plan.Variants)
        {
            var path = $"/api/models/{plan.Model}/variants/{variant}";
            using var load = await http.PostAsync(new Uri($"{path}/load", UriKind.Relative), null, cancellationToken);
            if (!load.IsSuccessStatusCode)
                throw new InvalidOperationException($"{variant} cannot be loaded: {await load.Content.ReadAsStringAsync(cancellationToken)}");
            using var replicas = await http.PutAsync(new Uri($"{path}/replicas?count={plan.Replicas}", UriKind.Relative), null, cancellationToken);
            plan.Tell($"{variant}: {plan.Replicas} replicas asked for, answered {(int)replicas.StatusCode}");
        }

        using var started = await http.PostAsync(new Uri($"/api/models/{plan.Model}/compress?variants=fp16&dryRun=true", UriKind.Relative), null, cancellationToken);
        var job = await started.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (!started.IsSuccessStatusCode)
            throw new InvalidOperationException($"No job can be started: {job}");
        var address = new Uri($"/api/models/{plan.Model}/jobs/{job.GetProperty("id").GetString()}", UriKind.Relative);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(JobLimit);
        while ((await http.GetFromJsonAsync<JsonElement>(address, limit.Token)).GetProperty("state").GetString() is not ("done" or "failed"))
            await Task.Delay(100, limit.Token);
    }

    /// <summary>Waits until all services are healthy, and all silos are members.</summary>
    private static async Task UntilWholeAsync(ClusterRun run, HttpClient http, CancellationToken cancellationToken)
    {
        foreach (var service in run.Services.Where(service => service.Description.Kind != ServiceKind.Schema))
            await service.UntilHealthyAsync(HealthLimit, cancellationToken);
        _ = await http.GetStringAsync(new Uri("/api/models", UriKind.Relative), cancellationToken);
    }

    private static async Task LookAsync(RetryCounter retries, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(RetryLook, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!over.IsCancellationRequested)
                await retries.LookAsync(CancellationToken.None);
        }
    }

    /// <summary>Variants in turn, so that all of them are asked all the time.</summary>
    private IEnumerable<Question> Mix(IReadOnlyList<Question> questions) =>
        Enumerable.Range(0, plan.Pictures).SelectMany(picture => plan.Variants.Select((_, variant) => questions[(variant * plan.Pictures) + picture]));

    private ClusterRunOptions Options(string folder) => new()
    {
        Folder = folder,
        Store = plan.Store,
        FirstPort = plan.FirstPort,
        Only = ["redis", "postgres", "schema", "silo1", "silo2", "silo3", "frontend1", "frontend2"],
        Settings = [.. CacheSettings(folder)],
        Tell = plan.Tell,
    };

    private IEnumerable<(string Service, string Setting, string Value)> CacheSettings(string folder)
    {
        foreach (var silo in (string[])["silo1", "silo2", "silo3"])
            yield return (silo, "Lineup:Repository:CachePath", Path.Combine(folder, silo, "cache"));
        if (!plan.HaveModels)
            yield return ("silo3", "Lineup:Repository:Path", Directory.CreateDirectory(Path.Combine(folder, "silo3", "no-models")).FullName);
    }
}
