namespace Lineup.GrainInterfaces.Jobs;

/// <summary>What a job does.</summary>
[GenerateSerializer, Alias("lineup.JobKind")]
public enum JobKind
{
    /// <summary>Makes variants of a model.</summary>
    Compress,

    /// <summary>Measures what each variant of a model is worth on labelled pictures.</summary>
    Evaluate,
}

/// <summary>A job to be begun: exactly one of <see cref="Compress"/> and <see cref="Evaluate"/>, and where its pictures come from.</summary>
[GenerateSerializer, Immutable, Alias("lineup.JobRequest")]
public sealed record JobRequest
{
    /// <summary>What to make; null for an evaluation.</summary>
    [Id(0)]
    public CompressOrder? Compress { get; init; }

    /// <summary>What to evaluate; null for a compression.</summary>
    [Id(1)]
    public EvaluateOrder? Evaluate { get; init; }

    /// <summary>Name of a set of pictures that lies on the silos; null where they are uploaded, or none are needed.</summary>
    [Id(2)]
    public string? DataSet { get; init; }

    /// <summary>The upload that follows; null where there is none.</summary>
    [Id(3)]
    public UploadOffer? Upload { get; init; }

    public JobKind Kind => Compress is null ? JobKind.Evaluate : JobKind.Compress;
}

/// <summary>An upload of pictures that follows a request.</summary>
/// <param name="Name">What the sender calls it, such as pictures.zip; shown with the results.</param>
/// <param name="Bytes">Its size in bytes; null where the sender does not know it yet.</param>
[GenerateSerializer, Immutable, Alias("lineup.UploadOffer")]
public sealed record UploadOffer([property: Id(0)] string Name, [property: Id(1)] long? Bytes);

/// <summary>Which variants to make and how; what is null is as <c>lineup compress</c> has it.</summary>
[GenerateSerializer, Immutable, Alias("lineup.CompressOrder")]
public sealed record CompressOrder
{
    /// <summary>Kinds to make: fp16, int8, pruned, pruned-int8, pruned-channels, pruned-channels-int8; at least one.</summary>
    [Id(0)]
    public required IReadOnlyList<string> Variants { get; init; }

    /// <summary>Most pictures to take, spread over the set.</summary>
    [Id(1)]
    public int? Count { get; init; }

    /// <summary>fp32 stores half-precision weights that are computed in float32; fp16 computes in half precision, for GPUs.</summary>
    [Id(2)]
    public string? Compute { get; init; }

    /// <summary>One way to choose int8's activation ranges, such as MeanMinMax, instead of trying all.</summary>
    [Id(3)]
    public string? Range { get; init; }

    /// <summary>Keeps int8 weights within -63..63, for x86 processors without VNNI.</summary>
    [Id(4)]
    public bool ReducedRange { get; init; }

    /// <summary>Also measures what leaving each layer in float would gain.</summary>
    [Id(5)]
    public bool Sensitivity { get; init; }

    /// <summary>Share of the weights that pruning removes, above 0 to 0.95.</summary>
    [Id(6)]
    public double? Sparsity { get; init; }

    /// <summary>Share of the multiply-adds that pruned-channels removes, above 0 to 0.8.</summary>
    [Id(7)]
    public double? MultiplyAdds { get; init; }

    /// <summary>reconstruct or magnitude.</summary>
    [Id(8)]
    public string? Pruning { get; init; }

    /// <summary>
    /// Least share of held-out pictures, 0 to 1, on which a variant must agree with the original to be kept; null for what its recipe has.
    /// </summary>
    [Id(9)]
    public double? Floor { get; init; }

    /// <summary>Keeps a variant that fails its verification, and replaces one that Lineup did not make.</summary>
    [Id(10)]
    public bool Force { get; init; }

    /// <summary>Tells the plan and makes nothing.</summary>
    [Id(11)]
    public bool DryRun { get; init; }

    /// <summary>Steps from zero to the largest weight that pruned-int8 rounds to in pruned layers, 7 to 127.</summary>
    [Id(12)]
    public int? WeightSteps { get; init; }

    /// <summary>Names of layers that int8 leaves in float; null for none.</summary>
    [Id(13)]
    public IReadOnlyList<string>? KeepFloat { get; init; }
}

/// <summary>Which variants to evaluate and how; what is null is as <c>lineup evaluate</c> has it.</summary>
[GenerateSerializer, Immutable, Alias("lineup.EvaluateOrder")]
public sealed record EvaluateOrder
{
    /// <summary>Names of variants; null for all. The original always is among them.</summary>
    [Id(0)]
    public IReadOnlyList<string>? Variants { get; init; }

    /// <summary>How many pictures, the same ones every time; null for all.</summary>
    [Id(1)]
    public int? Count { get; init; }

    /// <summary>Cuts out the centre without scaling, for pictures that were scaled before.</summary>
    [Id(2)]
    public bool CropOnly { get; init; }

    /// <summary>Scales the shorter side to so many pixels, then cuts out the centre.</summary>
    [Id(3)]
    public int? Resize { get; init; }

    /// <summary>Leaves the results out of the variants' variant.json.</summary>
    [Id(4)]
    public bool NoSave { get; init; }
}
