using Lineup.Frontend.Errors;
using Lineup.Frontend.Security;

namespace Lineup.Frontend.Jobs;

/// <summary>Registers and maps jobs.</summary>
internal static class JobHosting
{
    private const string HowToSend =
        "Send the pictures as a zip archive, in the multipart field `pictures` or as the raw body, or name a set that lies on the silos with "
        + "`dataSet`. The answer is the job, as soon as all is sent; it goes on if the caller leaves. A model has one job at a time: a second is "
        + "refused with 409, whose `job` is the address of the first. A silo works on one job at a time; others wait in order.";

    public static void AddJobClient(this WebApplicationBuilder builder) => builder.Services.AddSingleton<JobClient>();

    public static void MapJobs(this IEndpointRouteBuilder endpoints)
    {
        var models = endpoints.MapGroup("/api/models/{model}").WithTags("Jobs");
        models.MapPost("/compress", JobEndpoints.Compress).WithName("CompressModel")
            .WithSummary("Start to make variants of a model")
            .WithDescription($"{HowToSend} Only fp16 can be made without pictures; it is then not verified.")
            .WithMetadata(TakesArchive.Instance).RequireOperator()
            .Produces<JobResponse>(202).ProducesProblems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503);
        models.MapPost("/evaluate", JobEndpoints.Evaluate).WithName("EvaluateModel")
            .WithSummary("Start to measure what each variant of a model is worth")
            .WithDescription($"{HowToSend} Pictures lie in folders called like their class: `<wnid or class>/<picture>`.")
            .WithMetadata(TakesArchive.Instance).RequireOperator()
            .Produces<JobResponse>(202).ProducesProblems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503);
        models.MapGet("/jobs", JobEndpoints.List).WithName("ListModelJobs").WithSummary("A model's jobs, the latest first")
            .Produces<JobListResponse>().ProducesProblems(503);
        models.MapGet("/jobs/{job}", JobEndpoints.Get).WithName("GetJob").WithSummary("One job: how far it is, or what came of it")
            .Produces<JobResponse>().ProducesProblems(404, 503);
        models.MapGet("/jobs/{job}/plan", JobEndpoints.GetPlan).WithName("GetJobPlan")
            .WithSummary("Everything that a compress job decided, tensor by tensor, once it is done")
            .Produces<JobPlanResponse>().ProducesProblems(404, 503);
        models.MapGet("/jobs/{job}/events", JobEndpoints.Watch).WithName("WatchJob")
            .WithSummary("A job's progress as server-sent events, until one says done, failed or cancelled")
            .WithDescription(
                "Event names are the states, or `heartbeat` where nothing was new for 15 seconds; data is the whole job as JSON, so whoever "
                + "reconnects goes on where things stand. The last event carries the result, or the reason.")
            .Produces<JobResponse>(200, "text/event-stream").ProducesProblems(404, 503);
        models.MapDelete("/jobs/{job}", JobEndpoints.Cancel).WithName("CancelJob")
            .WithSummary("Cancel a job; 202 until it has ended. Nothing half-made is left").RequireOperator()
            .Produces<JobResponse>().Produces<JobResponse>(202).ProducesProblems(401, 403, 404, 503);
        endpoints.MapGet("/api/jobs", JobEndpoints.ListAll).WithTags("Jobs").WithName("ListJobs").WithSummary("The jobs of all models, the latest first")
            .Produces<JobListResponse>().ProducesProblems(503);
        endpoints.MapGet("/api/data-sets", JobEndpoints.ListDataSets).WithTags("Jobs").WithName("ListDataSets")
            .WithSummary("Sets of pictures that lie on the silos, for jobs to use").RequireOperator()
            .Produces<DataSetListResponse>().ProducesProblems(401, 403, 503);
    }
}

/// <summary>Marks an endpoint whose body is a zip archive, raw or in a multipart field, for the API's document.</summary>
internal sealed class TakesArchive
{
    public static TakesArchive Instance { get; } = new();
}
