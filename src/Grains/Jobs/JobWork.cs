using Lineup.Compression.Building;
using Lineup.Compression.Evaluation;
using Lineup.Compression.Evaluation.Reports;
using Lineup.Compression.Pictures;
using Lineup.GrainInterfaces.Jobs;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Options;

namespace Lineup.Grains.Jobs;

/// <summary>A job whose pictures cannot be used. The message says why, and is fit to be shown to a caller.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">What it was seen by.</param>
internal sealed class JobException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Force would have set it aside.</summary>
    public bool IsRefusal => InnerException is BuildException { IsRefusal: true };
}

/// <summary>The work of a job, from its pictures to its result, on the job threads of the silo.</summary>
internal sealed class JobWork(
    ModelStore store, JobThreads threads, DataSets sets, JobFolder folder, IOptions<JobOptions> options, IOptions<ImageOptions> images, TimeProvider clock)
{
    /// <summary>Does it; progress is told to the job.</summary>
    /// <param name="job">The job, whose request has been checked.</param>
    /// <param name="upload">The uploaded archive; null where there is none.</param>
    /// <exception cref="JobException">It cannot be done; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The job was stopped; nothing half-written is left.</exception>
    public Task<JobResult> RunAsync(Job job, string? upload) => threads.RunAsync(async () =>
    {
        var request = job.Latest.Request;
        try
        {
            if (upload is not null)
                ZipDirectory.Check(upload, options.Value.MaxFiles);
            var model = Find(job.Latest.Model);
            using var pictures = Open(request, upload);
            return request.Compress is { } compress
                ? await CompressAsync(job, compress, model, pictures)
                : await EvaluateAsync(job, request.Evaluate!, model, pictures!);
        }
        catch (Exception error) when (error is BuildException or EvaluationException or PictureSetException or IOException or UnauthorizedAccessException)
        {
            throw new JobException(WithoutPlaces(error.Message.ReplaceLineEndings(" "), upload), error);
        }
    });

    private async Task<JobResult> CompressAsync(Job job, CompressOrder order, StoredModel model, PictureSet? pictures)
    {
        var request = new BuildRequest
        {
            Model = model,
            Variants = order.Variants,
            Calibration = pictures,
            CalibrationLimit = order.Count,
            CalibrationBytes = options.Value.MaxCalibrationBytes,
            HalfPrecision = JobRules.HalfPrecision(order),
            Quantization = JobRules.Quantization(order),
            Pruning = JobRules.Pruning(order, options.Value.ActualThreads),
            Floor = order.Floor,
            Force = order.Force,
        };
        var progress = new Relay<BuildProgress>(value =>
        {
            job.Report($"{value.Variant}: {value.Stage}", value.Done, value.Total);
            if (value.IsDone)
                job.Finish(value.Variant);
        });
        if (order.DryRun)
        {
            var plans = await VariantPlanner.PlanAsync(request, progress, job.Stop);
            job.Plan = Lines(plans.Select(plan => (plan.Name, plan.Lines)));
            return new() { Plan = job.Plan };
        }

        var built = await new VariantBuilder(store, clock).BuildAsync(request, progress, job.Stop);
        job.Plan = Lines(built.Select(variant => (variant.Name, variant.Plan)));
        return new() { Variants = built.Select(Describe).ToArray() };
    }

    private async Task<JobResult> EvaluateAsync(Job job, EvaluateOrder order, StoredModel model, PictureSet pictures)
    {
        var request = new EvaluationRequest
        {
            Model = model,
            Pictures = pictures,
            Variants = order.Variants,
            Count = order.Count,
            Geometry = JobRules.Geometry(order),
            Threads = options.Value.ActualThreads,
        };
        var progress = new Relay<EvaluationProgress>(value => job.Report(Word(value.Stage), value.Done, value.Total));
        var report = await new Evaluator(images.Value, clock).EvaluateAsync(request, progress, job.Stop);
        if (!order.NoSave)
            await EvaluationRecords.SaveAsync(model, report, job.Stop);
        foreach (var variant in report.Variants)
            job.Finish(variant.Variant);
        return new() { Evaluation = JsonReport.Write(report) };
    }

    private static string[] Lines(IEnumerable<(string Variant, IReadOnlyList<string> Lines)> plans) =>
        [.. plans.SelectMany(plan => plan.Lines.Select(line => $"{plan.Variant}: {line}"))];

    private StoredModel Find(string name) => store.Scan().Models.FirstOrDefault(model => model.Manifest.Name == name)
        ?? throw new JobException($"model '{name}' has gone, or cannot be read any more");

    private PictureSet? Open(JobRequest request, string? upload) =>
        upload is not null ? PictureSet.Open(upload, images.Value)
        : request.DataSet is not { } name ? null
        : PictureSet.Open(sets.Find(name) ?? throw new JobException($"data set '{name}' has gone"), images.Value);

    /// <summary>Callers see what went wrong but not where files lie.</summary>
    private string WithoutPlaces(string message, string? upload)
    {
        string?[] places = [Path.GetDirectoryName(upload), sets.Folder, folder.Root, store.Root];
        foreach (var place in places.OfType<string>())
            message = message.Replace(place + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(place, ".", StringComparison.Ordinal);
        return message;
    }

    private static string Word(EvaluationStage stage) => stage switch
    {
        EvaluationStage.Measuring => "measuring files",
        EvaluationStage.Loading => "loading variants",
        _ => "evaluating",
    };

    private static MadeVariant Describe(BuiltVariant variant) => new()
    {
        Name = variant.Name,
        Bytes = variant.Bytes,
        CompressedBytes = variant.CompressedBytes,
        PackedBytes = variant.PackedBytes,
        Agreement = Finite(variant.HeldOut?.Agreement),
        Kl = Finite(variant.HeldOut?.Kl),
        Elapsed = variant.Elapsed,
        Steps = variant.Steps.ToArray(),
        Complaint = variant.Complaint,
    };

    /// <summary>What a variant kept by force gave may be no number, which JSON has no word for.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private sealed class Relay<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
