using Lineup.Frontend.Drift;
using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Variants;
using Lineup.Inference.Admission;
using Lineup.Inference.Serving;
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
        [FromServices] InferenceMetrics metrics,
        [FromServices] DriftSampler drift,
        [FromServices] IOptions<AdmissionOptions> admission,
        [FromServices] TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        var wishes = parameters.Check(admission.Value);
        using var upload = await reader.ReadAsync(context.Request, context.RequestAborted);
        var receive = clock.GetElapsedTime(started);

        var id = new ModelVariantId(model, variant);
        var (reply, settled) = await classifier.ClassifyAsync(id, upload.Bytes, wishes, null, context.RequestAborted);
        if (reply.Outcome == ClassifyOutcome.Ok)
            drift.Answered(id, upload.Bytes, reply);
        if (settled)
            upload.Return();
        if (reply.Outcome != ClassifyOutcome.Ok)
            return ApiProblem.For(reply.Outcome, reply.Reason, reply.RetryAfter).ToResult();

        var whole = clock.GetElapsedTime(started);
        metrics.Served(model, variant, wishes.LanePriority, receive, whole);
        return ClassificationJson.Ok(new ClassificationResponse
        {
            Model = model,
            Variant = variant,
            Predictions = PredictionResponse.From(reply.Predictions),
            Timing = TimingResponse.From(reply.Times, receive, whole),
            Silo = reply.Silo,
        });
    }

    public static async Task Compare(
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
        var wishes = parameters.Check(admission.Value);
        using var upload = await reader.ReadAsync(context.Request, context.RequestAborted);
        var receive = clock.GetElapsedTime(started);

        var steps = comparer.CompareAsync(model, upload.Bytes, wishes, load ?? false, receive, context.RequestAborted);
        var answer = new ComparisonAnswer(model, receive, steps);
        await answer.WriteAsync(context, ComparisonAnswer.IsStreamWanted(context.Request));
        if (answer.IsSettled)
            upload.Return();
    }
}
