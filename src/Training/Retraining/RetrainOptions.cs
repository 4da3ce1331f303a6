using Lineup.ModelRepository.Storage;
using Lineup.Training.Data;

namespace Lineup.Training.Retraining;

/// <summary>How a variant is trained further.</summary>
public sealed record RetrainOptions
{
    /// <summary>The model in the repository.</summary>
    public required StoredModel Model { get; init; }

    /// <summary>The variant whose weights are moved.</summary>
    public required string Variant { get; init; }

    /// <summary>Name of the variant that comes out; null for that of <see cref="Variant"/> with "-retrained" after it.</summary>
    public string? Name { get; init; }

    /// <summary>Whether it learns what the original says, instead of labels.</summary>
    public bool Distill { get; init; }

    /// <summary>Of distillation: above 1 the original's second thoughts count for more. More than 0, at most 100. Default: 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Times that all pictures are gone through. 1 or more. Default: 3.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Pictures of a step. 1 or more. Default: 32.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Greatest learning rate, of AdamW. More than 0, at most 1. Default: 0.0002.</summary>
    public double Rate { get; init; } = 2e-4;

    /// <summary>How pictures are changed; null for what suits the size of the input.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Fixes order and changes. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Replaces a variant that was not made by Lineup, and a run that could be resumed. Default: false.</summary>
    public bool Force { get; init; }

    internal string ResultName => Name ?? $"{Variant}-retrained";

    /// <summary>
    /// Small pictures are moved and mirrored; of large ones parts are taken, no smaller than a third: a retrained model is to say what it
    /// said before of pictures as they are served, not to learn to see.
    /// </summary>
    internal Augmentation Changes => Augmentation ?? (Model.Manifest.Input.Width <= 64
        ? new() { Shift = Model.Manifest.Input.Width / 10, Flip = true }
        : new() { LeastArea = 1d / 3, Flip = true });

    /// <summary>Says everything that is wrong; empty when it can be followed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Model.Variants.All(variant => variant.Manifest.Name != Variant))
            yield return $"model '{Model.Manifest.Name}' has no variant '{Variant}', but {string.Join(", ", Model.Variants.Select(variant => variant.Manifest.Name))}";
        if (Variant == ModelStore.OriginalName && Distill)
            yield return "the original cannot be distilled from itself: name another variant, or leave --distill out";
        if (!ModelRepository.ModelNames.IsValid(ResultName) || ResultName is ModelStore.OriginalName)
            yield return $"'{ResultName}' cannot be the result's name: {ModelRepository.ModelNames.Rule}; and the original is never replaced";
        if (Temperature is not (> 0 and <= 100))
            yield return "the temperature must be more than 0 and at most 100";
        if (Epochs < 1 || Batch < 1)
            yield return "epochs and batch must be 1 or more";
        if (Rate is not (> 0 and <= 1))
            yield return "the learning rate must be more than 0 and at most 1";
        if (Model.Manifest.Input.Layout != ModelRepository.Manifests.TensorLayout.Nchw)
            yield return $"model '{Model.Manifest.Name}' takes {Model.Manifest.Input.Layout.ToString().ToUpperInvariant()}: only NCHW can be trained";
        foreach (var problem in Changes.Problems())
            yield return problem;
    }
}
