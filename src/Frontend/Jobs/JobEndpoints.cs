using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Jobs;
using Lineup.GrainInterfaces.Variants;
using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Jobs;

/// <summary>Starting jobs, reading and following them, cancelling them.</summary>
internal static class JobEndpoints
{
    /// <summary>Well below the time after which proxies cut a silent connection.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static Task<IResult> Compress(
        string model, [AsParameters] CompressParameters parameters, HttpContext context, [FromServices] JobClient jobs) =>
        StartAsync(model, parameters.ToRequest(), parameters.Name, context, jobs);

    public static Task<IResult> Evaluate(
        string model, [AsParameters] EvaluateParameters parameters, HttpContext context, [FromServices] JobClient jobs) =>
        StartAsync(model, parameters.ToRequest(), parameters.Name, context, jobs);

    public static async Task<IResult> ListAll(IGrainFactory grains, [FromServices] JobClient jobs)
    {
        var listing = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListModels();
        var lists = await Task.WhenAll(listing.Models.Select(model => jobs.Of(model.Name).List()));
        return TypedResults.Ok(new JobListResponse([.. lists.SelectMany(list => list).OrderByDescending(job => job.Created).Select(JobResponse.From)]));
    }

    public static async Task<IResult> List(string model, [FromServices] JobClient jobs) =>
        TypedResults.Ok(new JobListResponse([.. (await jobs.Of(model).List()).Select(JobResponse.From)]));

    public static async Task<IResult> Get(string model, string job, [FromServices] JobClient jobs) =>
        await jobs.Of(model).GetStatus(job) is { } status ? TypedResults.Ok(JobResponse.From(status)) : NotFound(model, job);

    public static async Task<IResult> GetPlan(string model, string job, [FromServices] JobClient jobs) =>
        await jobs.Of(model).GetPlan(job) is { } plan ? TypedResults.Ok(new JobPlanResponse(job, plan)) : NotFound(model, job);

    public static async Task<IResult> Cancel(string model, string job, [FromServices] JobClient jobs) => await jobs.Of(model).Cancel(job) switch
    {
        null => NotFound(model, job),
        { HasEnded: true } ended => TypedResults.Ok(JobResponse.From(ended)),
        var status => TypedResults.Accepted(JobResponse.AddressOf(status), JobResponse.From(status)),
    };

    public static async Task<IResult> Watch(
        string model, string job, [FromServices] JobClient jobs, IHostApplicationLifetime lifetime, CancellationToken cancellationToken) =>
        await jobs.Of(model).GetStatus(job) is { } status
            ? TypedResults.ServerSentEvents(Events(jobs, status, lifetime.ApplicationStopping, cancellationToken))
            : NotFound(model, job);

    public static async Task<IResult> ListDataSets(IGrainFactory grains) =>
        TypedResults.Ok(new DataSetListResponse(await grains.GetGrain<IDataSetGrain>(IDataSetGrain.Key).List()));

    private static async Task<IResult> StartAsync(string model, JobRequest request, string? name, HttpContext context, JobClient jobs)
    {
        var archive = await ArchiveReader.FindAsync(context.Request, name, context.RequestAborted);
        var (reply, upload) = await jobs.StartAsync(model, request with { Upload = archive?.Offer }, archive?.Content, context.RequestAborted);
        var problem = JobProblem.For(reply) ?? JobProblem.For(upload);
        return problem?.ToResult() ?? TypedResults.Accepted(JobResponse.AddressOf(reply.Job!), JobResponse.From(reply.Job!));
    }

    /// <summary>
    /// Each event is the whole status, so whoever reconnects has missed nothing that still matters. Ends with the job, with the caller, or
    /// with this frontend, which would otherwise wait for it when it is told to stop.
    /// </summary>
    private static async IAsyncEnumerable<SseItem<JobResponse>> Events(
        JobClient jobs, JobStatus latest, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        await using var statuses = jobs.WatchAsync(latest.Model, latest.Id, Heartbeat, either.Token).GetAsyncEnumerator(either.Token);
        while (await MoveNextAsync(statuses, either.Token))
        {
            var isHeartbeat = statuses.Current is null;
            latest = statuses.Current ?? latest;
            yield return new(JobResponse.From(latest), isHeartbeat ? "heartbeat" : latest.State.ToString().ToLowerInvariant());
        }
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<JobStatus?> statuses, CancellationToken cancellationToken)
    {
        try
        {
            return await statuses.MoveNextAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static IResult NotFound(string model, string job) => ApiProblem.For(
        ClassifyOutcome.NotFound, $"Model '{model}' has no job '{job}', or none any more. GET /api/models/{model}/jobs lists its jobs.").ToResult();
}
