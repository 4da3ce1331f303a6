using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Grains.Tests.Wire;

/// <summary>One of each message about jobs, with a value of its own in every member.</summary>
internal static class JobSamples
{
    public static object[] All =>
    [
        Compress,
        Evaluate,
        Upload,
        Request,
        Made,
        Result,
        Status,
        new JobReply { Outcome = JobOutcome.Invalid, Problems = ["first", "second"], Job = Status },
        new UploadChunk { Job = "job", Offset = 7, Bytes = new byte[] { 1, 2, 3 } },
        new UploadReply(UploadOutcome.TooLarge, "reason", Status),
        new DeleteReply(DeleteOutcome.ModelBusy, "reason", Status),
    ];

    private static CompressOrder Compress => new()
    {
        Variants = ["fp16", "int8"],
        Count = 1,
        Compute = "fp16",
        Range = "MinMax",
        ReducedRange = true,
        Sensitivity = true,
        Sparsity = 0.6,
        MultiplyAdds = 0.2,
        Pruning = "magnitude",
        Floor = 0.9,
        Force = true,
        DryRun = true,
        WeightSteps = 15,
        KeepFloat = ["conv_2"],
    };

    private static EvaluateOrder Evaluate => new() { Variants = ["int8"], Count = 2, CropOnly = true, Resize = 256, NoSave = true };

    private static UploadOffer Upload => new("pictures.zip", 1234);

    private static JobRequest Request => new() { Compress = Compress, Evaluate = Evaluate, DataSet = "dev.zip", Upload = Upload };

    private static MadeVariant Made => new()
    {
        Name = "int8",
        Bytes = 1,
        CompressedBytes = 2,
        Agreement = 0.97,
        Kl = 0.006,
        Elapsed = TimeSpan.FromSeconds(3),
        Steps = ["int8: 53 layers"],
        Complaint = "complaint",
        PackedBytes = 4,
    };

    private static JobResult Result => new() { Variants = [Made], Evaluation = "{}", Plan = ["int8: 53 layers"] };

    private static JobStatus Status => new()
    {
        Id = "job",
        Model = "mobilenetv2",
        Request = Request,
        State = JobState.Running,
        Stage = "int8: calibrating",
        Fraction = 0.5,
        TimeLeft = TimeSpan.FromSeconds(9),
        Message = "message",
        Ahead = 1,
        Silo = "silo",
        Created = DateTimeOffset.UnixEpoch.AddDays(1),
        Started = DateTimeOffset.UnixEpoch.AddDays(2),
        Ended = DateTimeOffset.UnixEpoch.AddDays(3),
        UploadedBytes = 5,
        Finished = ["fp16"],
        Result = Result,
        Refused = true,
    };
}
