using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Texts;
using static Lineup.Frontend.Page.Texts.Texts;

namespace Lineup.Frontend.Page.Classify;

/// <summary>Says in a few words what a variant is, for people who have never heard of its kind.</summary>
internal static class VariantWords
{
    public const string Original = "original";

    public static string Explain(VariantResponse variant)
    {
        var format = variant.Name == Original ? Text.ExplainOriginal : variant.Precision switch
        {
            "fp16" => Text.ExplainFp16,
            "int8" => Text.ExplainInt8,
            _ => null,
        };
        var pruned = variant.Sparsity is { } share and > 0.005 ? Say(Text.ExplainPruned, $"{share * 100:0} %") : null;
        return (format, pruned) switch
        {
            (null, null) => Text.ExplainUnknown,
            (null, _) => pruned,
            (_, null) => format,
            _ => $"{format}, {pruned}",
        };
    }

    /// <summary>The size that comparisons go by: packed, if it is known of both, since pruning shows in nothing else.</summary>
    public static (long Mine, long Theirs, bool IsPacked) Sizes(VariantResponse variant, VariantResponse original) =>
        variant.CompressedBytes is { } mine && original.CompressedBytes is { } theirs ? (mine, theirs, true) : (variant.FileBytes, original.FileBytes, false);
}
