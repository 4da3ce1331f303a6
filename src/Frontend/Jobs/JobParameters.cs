using System.ComponentModel;
using Lineup.GrainInterfaces.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Jobs;

/// <summary>How variants are made, as <c>lineup compress</c> has it. What is wrong with it is said by the silo, all at once.</summary>
internal sealed record CompressParameters
{
    [FromQuery(Name = "variants"), Description("What to make, with commas between: fp16, int8, pruned, pruned-int8, pruned-channels, pruned-channels-int8.")]
    public string? Variants { get; init; }

    [FromQuery(Name = "dataSet"), Description("A set of pictures that lies on the silos, instead of an upload; GET /api/data-sets lists them.")]
    public string? DataSet { get; init; }

    [FromQuery(Name = "name"), Description("What to call an archive that is sent as the raw body. Default: upload.zip.")]
    public string? Name { get; init; }

    [FromQuery(Name = "count"), Description("Most pictures to take, spread over the set. Default: all.")]
    public int? Count { get; init; }

    [FromQuery(Name = "compute"), Description("fp32 (default) stores half-precision weights that are computed in float32; fp16 computes in half precision, for GPUs.")]
    public string? Compute { get; init; }

    [FromQuery(Name = "range"), Description("How int8 chooses activation ranges: MinMax, MeanMinMax, WideMeanMinMax, Percentile9999, Percentile99999. Default: tries all.")]
    public string? Range { get; init; }

    [FromQuery(Name = "reducedRange"), Description("Keep int8 weights within -63..63, for x86 processors without VNNI.")]
    public bool? ReducedRange { get; init; }

    [FromQuery(Name = "sensitivity"), Description("Also measure for each layer what leaving it in float would gain; it is listed in the plan.")]
    public bool? Sensitivity { get; init; }

    [FromQuery(Name = "keepFloat"), Description("Layers that int8 leaves in float, with commas between.")]
    public string? KeepFloat { get; init; }

    [FromQuery(Name = "sparsity"), Description("Share of the weights that pruning removes, above 0 to 0.95. Default: 0.5; another one becomes part of the name, as in pruned-60.")]
    public double? Sparsity { get; init; }

    [FromQuery(Name = "weightSteps"), Description("Steps from zero to the largest weight that pruned-int8 rounds to in pruned layers, 7 to 127. Default: 24.")]
    public int? WeightSteps { get; init; }

    [FromQuery(Name = "multiplyAdds"), Description("Share of the multiply-adds that pruned-channels removes, above 0 to 0.8. Default: 0.3.")]
    public double? MultiplyAdds { get; init; }

    [FromQuery(Name = "pruning"), Description("reconstruct (default) fits what remains to the original; magnitude does not, for comparison.")]
    public string? Pruning { get; init; }

    [FromQuery(Name = "floor"), Description("Least share of held-out pictures, 0 to 1, on which a variant must agree with the original to be kept. Default: by kind, 0.4 to 0.9.")]
    public double? Floor { get; init; }

    [FromQuery(Name = "force"), Description("Keep a variant that fails its verification, and replace one that Lineup did not make.")]
    public bool? Force { get; init; }

    [FromQuery(Name = "dryRun"), Description("Tell the plan, and make nothing.")]
    public bool? DryRun { get; init; }

    public JobRequest ToRequest() => new()
    {
        Compress = new()
        {
            Variants = JobList.Split(Variants) ?? [],
            Count = Count,
            Compute = Compute,
            Range = Range,
            ReducedRange = ReducedRange ?? false,
            Sensitivity = Sensitivity ?? false,
            KeepFloat = JobList.Split(KeepFloat),
            Sparsity = Sparsity,
            WeightSteps = WeightSteps,
            MultiplyAdds = MultiplyAdds,
            Pruning = Pruning,
            Floor = Floor,
            Force = Force ?? false,
            DryRun = DryRun ?? false,
        },
        DataSet = DataSet,
    };
}

/// <summary>How variants are evaluated, as <c>lineup evaluate</c> has it.</summary>
internal sealed record EvaluateParameters
{
    [FromQuery(Name = "variants"), Description("The variants to evaluate, with commas between; the original always is. Default: all.")]
    public string? Variants { get; init; }

    [FromQuery(Name = "dataSet"), Description("A set of labelled pictures that lies on the silos, instead of an upload; GET /api/data-sets lists them.")]
    public string? DataSet { get; init; }

    [FromQuery(Name = "name"), Description("What to call an archive that is sent as the raw body. Default: upload.zip.")]
    public string? Name { get; init; }

    [FromQuery(Name = "count"), Description("How many pictures, the same ones every time. Default: all.")]
    public int? Count { get; init; }

    [FromQuery(Name = "cropOnly"), Description("Cut the centre out without scaling, for pictures that were scaled before.")]
    public bool? CropOnly { get; init; }

    [FromQuery(Name = "resize"), Description("Scale the shorter side to so many pixels, then cut the centre out.")]
    public int? Resize { get; init; }

    [FromQuery(Name = "save"), Description("Whether the results are kept in the variants' variant.json and shown with them. Default: true.")]
    public bool? Save { get; init; }

    public JobRequest ToRequest() => new()
    {
        Evaluate = new()
        {
            Variants = JobList.Split(Variants),
            Count = Count,
            CropOnly = CropOnly ?? false,
            Resize = Resize,
            NoSave = Save == false,
        },
        DataSet = DataSet,
    };
}

/// <summary>Reads lists with commas between their items.</summary>
internal static class JobList
{
    public static string[]? Split(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
