using Lineup.Frontend.Page.Shell;

namespace Lineup.Frontend.Page.Classify;

/// <summary>Who shall answer: one variant of a model or, without one, all of them.</summary>
public sealed record Choice(string Model, string? Variant)
{
    /// <summary>The page's address with this choice in it, to be shared.</summary>
    public string Address => $"/?model={Uri.EscapeDataString(Model)}{(Variant is null ? "" : $"&variant={Uri.EscapeDataString(Variant)}")}";

    /// <summary>Whether the repository holds it.</summary>
    public bool IsIn(ModelsSnapshot snapshot) => snapshot.Find(Model) is { } model && (Variant is null || model.Variants.Any(variant => variant.Name == Variant));

    public override string ToString() => Variant is null ? Model : $"{Model}/{Variant}";
}
