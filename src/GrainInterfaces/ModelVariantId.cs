using System.Diagnostics.CodeAnalysis;

namespace Lineup.GrainInterfaces;

/// <summary>Names one variant of one model, such as mobilenetv2/int8; its text is the key of the variant's grain.</summary>
[GenerateSerializer, Immutable, Alias("lineup.ModelVariantId")]
public readonly record struct ModelVariantId([property: Id(0)] string Model, [property: Id(1)] string Variant)
{
    /// <summary>Splits "model/variant". Whether such a variant can exist is the repository's to say.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ModelVariantId id)
    {
        var parts = text?.Split('/') ?? [];
        id = parts.Length == 2 ? new(parts[0], parts[1]) : default;
        return parts.Length == 2 && parts[0].Length > 0 && parts[1].Length > 0;
    }

    public override string ToString() => $"{Model}/{Variant}";
}
