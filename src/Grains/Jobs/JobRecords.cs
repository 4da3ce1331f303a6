using System.Text.Json;
using System.Text.Json.Serialization;
using Lineup.GrainInterfaces.Jobs;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lineup.Grains.Jobs;

/// <summary>A job as it is kept on disk: its status, and the plan that is too long to be told with each change.</summary>
internal sealed record JobRecord(JobStatus Status, IReadOnlyList<string> Plan);

/// <summary>
/// What is known of jobs across restarts: a file a job, a bounded number a model. That one cannot be written is logged and harms no job.
/// One caller at a time for each model: its grain.
/// </summary>
internal sealed partial class JobRecords(JobFolder folder, IOptions<JobOptions> options, TimeProvider clock, ILogger<JobRecords> log)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <summary>The model's jobs, the latest first. Those beyond what is kept are deleted.</summary>
    public IReadOnlyList<JobStatus> Load(string model)
    {
        var place = Place(model);
        if (!Directory.Exists(place))
            return [];
        var statuses = Directory.GetFiles(place, "*.json")
            .Select(Read).OfType<JobRecord>().Select(record => record.Status)
            .OrderByDescending(status => status.Created)
            .ToList();
        var kept = statuses.Where(IsKept).Take(options.Value.KeptJobs).ToList();
        foreach (var status in statuses.Except(kept))
            Delete(model, status.Id);
        return kept;
    }

    /// <summary>Whether the job is young enough to be kept.</summary>
    public bool IsKept(JobStatus status) => clock.GetUtcNow() - (status.Ended ?? status.Created) < options.Value.KeepFor;

    /// <summary>The plan of a job that is known; null where its file cannot be read.</summary>
    public IReadOnlyList<string>? Plan(string model, string job) => Read(Path.Combine(Place(model), $"{job}.json"))?.Plan;

    public async Task SaveAsync(JobStatus status, IReadOnlyList<string> plan)
    {
        try
        {
            var place = Directory.CreateDirectory(Place(status.Model)).FullName;
            var json = JsonSerializer.SerializeToUtf8Bytes(new JobRecord(status, plan), Json);
            await AtomicFile.WriteAsync(Path.Combine(place, $"{status.Id}.json"), json, CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NotSaved(log, error, status.Model, status.Id);
        }
    }

    public void Delete(string model, string job)
    {
        try
        {
            File.Delete(Path.Combine(Place(model), $"{job}.json"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NotSaved(log, error, model, job);
        }
    }

    /// <summary>Only called with the names of models, which are safe as folders.</summary>
    private string Place(string model) => Path.Combine(folder.Root, "records", model);

    private JobRecord? Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<JobRecord>(stream, Json);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            NotRead(log, error, path);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "What is known of job {Job} of {Model} cannot be kept on disk")]
    private static partial void NotSaved(ILogger log, Exception error, string model, string job);

    [LoggerMessage(LogLevel.Warning, "The record of a job cannot be read: {Path}")]
    private static partial void NotRead(ILogger log, Exception error, string path);
}
