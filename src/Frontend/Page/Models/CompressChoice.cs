using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Frontend.Page.Models;

/// <summary>What a person has chosen so far for the making of variants.</summary>
public sealed class CompressChoice
{
    public const string PrunedChannels = "pruned-channels";

    /// <summary>Every kind that can be made, and whether it needs pictures and thins out weights.</summary>
    internal static readonly IReadOnlyList<(string Name, bool NeedsPictures, bool IsSparse)> Kinds =
    [
        ("fp16", false, false),
        ("int8", true, false),
        ("pruned", true, true),
        ("pruned-int8", true, true),
        (PrunedChannels, true, false),
    ];

    /// <summary>Names of what to make.</summary>
    public HashSet<string> Variants { get; } = ["fp16", "int8"];

    /// <summary>Percent of the weights that pruning removes.</summary>
    public int Sparsity { get; set; } = 50;

    /// <summary>Percent of the multiply-adds that go with whole channels.</summary>
    public int MultiplyAdds { get; set; } = 30;

    public int? Count { get; set; }

    /// <summary>Null: as many as int8 has.</summary>
    public int? WeightSteps { get; set; }

    public bool HalfCompute { get; set; }

    /// <summary>Empty: tries all.</summary>
    public string Range { get; set; } = "";

    public bool ReducedRange { get; set; }

    public bool Sensitivity { get; set; }

    public bool Magnitude { get; set; }

    /// <summary>Percent of held-out pictures; null: by kind.</summary>
    public int? Floor { get; set; }

    public bool Force { get; set; }

    public bool DryRun { get; set; }

    public bool NeedsPictures => Kinds.Any(kind => kind.NeedsPictures && Variants.Contains(kind.Name));

    public bool IsSparse => Kinds.Any(kind => kind.IsSparse && Variants.Contains(kind.Name));

    public bool HasChannels => Variants.Contains(PrunedChannels);

    /// <summary>Chooses what an earlier job was asked for.</summary>
    public void Take(CompressOrder order)
    {
        Variants.Clear();
        Variants.UnionWith(order.Variants);
        Sparsity = Percent(order.Sparsity) ?? Sparsity;
        MultiplyAdds = Percent(order.MultiplyAdds) ?? MultiplyAdds;
        Floor = Percent(order.Floor);
        (Count, WeightSteps, Range) = (order.Count, order.WeightSteps, order.Range ?? "");
        (HalfCompute, Magnitude) = (order.Compute == "fp16", order.Pruning == "magnitude");
        (ReducedRange, Sensitivity, Force, DryRun) = (order.ReducedRange, order.Sensitivity, order.Force, order.DryRun);
    }

    public CompressOrder ToOrder() => new()
    {
        Variants = [.. Kinds.Select(kind => kind.Name).Where(Variants.Contains)],
        Count = Count,
        Compute = HalfCompute ? "fp16" : null,
        Range = Range.Length > 0 ? Range : null,
        ReducedRange = ReducedRange,
        Sensitivity = Sensitivity,
        Sparsity = IsSparse ? Sparsity / 100d : null,
        MultiplyAdds = HasChannels ? MultiplyAdds / 100d : null,
        WeightSteps = Variants.Contains("pruned-int8") ? WeightSteps : null,
        Pruning = Magnitude && (IsSparse || HasChannels) ? "magnitude" : null,
        Floor = Floor / 100d,
        Force = Force,
        DryRun = DryRun,
    };

    private static int? Percent(double? share) => share is { } known ? (int)Math.Round(known * 100) : null;
}
