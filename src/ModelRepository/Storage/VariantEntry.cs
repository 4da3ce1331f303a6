using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Storage;

/// <summary>A variant as it lies in the repository: its manifests are sound, its ONNX file exists but was not looked into.</summary>
/// <param name="Model">The model's manifest.</param>
/// <param name="Manifest">The variant's manifest; only the name is set where there is no variant.json.</param>
/// <param name="FilePath">Full path of model.onnx.</param>
/// <param name="FileBytes">Size of model.onnx in bytes.</param>
/// <param name="LabelsPath">Full path of the labels file; null where the model's classes have no names.</param>
public sealed record VariantEntry(
    ModelManifest Model, VariantManifest Manifest, string FilePath, long FileBytes, string? LabelsPath);
