using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Frontend.Page.Models;

/// <summary>What the cluster was working on at one moment, and what it could fetch.</summary>
/// <param name="Catalog">What can be pulled; null while no silo answers.</param>
/// <param name="Pulls">The latest pull of each model of the catalog.</param>
/// <param name="Jobs">The latest job of each model that has had one.</param>
public sealed record WorkSnapshot(CatalogListing? Catalog, IReadOnlyList<PullStatus> Pulls, IReadOnlyList<JobStatus> Jobs)
{
    public static WorkSnapshot Unreachable { get; } = new(null, [], []);

    public JobStatus? JobOf(string model) => Jobs.FirstOrDefault(job => job.Model == model);

    public PullStatus? PullOf(string model) => Pulls.FirstOrDefault(pull => pull.Model == model);

    /// <summary>Whether a person would see no difference.</summary>
    public bool LooksLike(WorkSnapshot other) =>
        Catalog?.Error == other.Catalog?.Error
        && (Catalog?.Offers ?? []).SequenceEqual(other.Catalog?.Offers ?? [])
        && Pulls.SequenceEqual(other.Pulls)
        && Jobs.Select(Describe).SequenceEqual(other.Jobs.Select(Describe));

    private static object Describe(JobStatus job) =>
        (job.Id, job.State, job.Stage, job.Fraction, job.TimeLeft, job.Message, job.Ahead, job.UploadedBytes, job.Finished.Count);
}
