using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Variants;
using Lineup.Inference.Admission;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Classification;

/// <summary>Classify and compare: receive, hand to the cluster, answer.</summary>
internal static class ClassificationEndpoints
{
    public static async Task<IResult> Classify(
        string model,
        string variant,
        [AsParameters] ClassifyParameters parameters,
        HttpContext context,
        [FromServices] UploadReader reader,
        [FromServices] VariantClassifier classifier,
        [FromServices] IOptions<AdmissionOptions> admission,
        [FromServices] TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        var (top, budget) = parameters.Check(admission.Value);
        using var upload = await reader.ReadAsync(context.Request, context.RequestAborted);
        var receive = clock.GetElapsedTime(started);

        var (reply, settled) = await classifier.ClassifyAsync(
            new ModelVariantId(model, variant), upload.Bytes, top, budget, null, context.RequestAborted);
        if (settled)
            upload.Return();
        if (reply.Outcome != ClassifyOutcome.Ok)
            return ApiProblem.For(reply.Outcome, reply.Reason, reply.RetryAfter).ToResult();

        return ClassificationJson.Ok(new ClassificationResponse
        {
            Model = model,
            Variant = variant,
            Predictions = PredictionResponse.From(reply.Predictions),
            Timing = TimingResponse.From(reply.Times, receive, clock.GetElapsedTime(started)),
            Silo = reply.Silo,
        });
    }

    public static async Task<IResult> Compare(
        string model,
        [AsParameters] ClassifyParameters parameters,
        [FromQuery] bool? load,
        HttpContext context,
        [FromServices] UploadReader reader,
        [FromServices] Comparer comparer,
        [FromServices] IOptions<AdmissionOptions> admission,
        [FromServices] TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        var (top, budget) = parameters.Check(admission.Value);
        using var upload = await reader.ReadAsync(context.Request, context.RequestAborted);
        var receive = clock.GetElapsedTime(started);

        var (response, settled) = await comparer.CompareAsync(model, upload.Bytes, top, budget, load ?? false, receive, context.RequestAborted);
        if (settled)
            upload.Return();
        return response;
    }
}
