using System.Globalization;

namespace Lineup.GrainInterfaces;

/// <summary>Names one replica of a variant, such as mobilenetv2/int8#2; its text is the key of the replica's grain.</summary>
/// <param name="Variant">What it is a replica of.</param>
/// <param name="Number">1 to <see cref="MaxNumber"/>. A variant has at least the first.</param>
[GenerateSerializer, Immutable, Alias("lineup.VariantReplicaId")]
public readonly record struct VariantReplicaId([property: Id(0)] ModelVariantId Variant, [property: Id(1)] int Number)
{
    /// <summary>More than a cluster has silos.</summary>
    public const int MaxNumber = 9999;

    public static VariantReplicaId First(ModelVariantId variant) => new(variant, 1);

    /// <summary>Splits "model/variant#number". Each replica has one text: no sign, no leading zero, no space.</summary>
    public static bool TryParse(string? text, out VariantReplicaId id)
    {
        id = default;
        var mark = text?.LastIndexOf('#') ?? -1;
        if (mark < 0
            || !ModelVariantId.TryParse(text![..mark], out var variant)
            || !int.TryParse(text.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > MaxNumber
            || text[mark + 1] == '0')
        {
            return false;
        }

        id = new(variant, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Variant}#{Number}");
}
