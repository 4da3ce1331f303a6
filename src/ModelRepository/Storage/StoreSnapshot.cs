using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Storage;

/// <summary>What a repository held when it was looked through.</summary>
/// <param name="Models">The models that can be used, by name.</param>
/// <param name="Problems">What lies there and cannot be used; it never takes the rest down.</param>
public sealed record StoreSnapshot(IReadOnlyList<StoredModel> Models, IReadOnlyList<StoreProblem> Problems);

/// <summary>A model with at least one variant that can be used.</summary>
/// <param name="Manifest">What model.json says.</param>
/// <param name="Folder">Full path of the model's folder.</param>
/// <param name="Variants">The original first, the others by name.</param>
public sealed record StoredModel(ModelManifest Manifest, string Folder, IReadOnlyList<VariantEntry> Variants);

/// <summary>Something in the repository that cannot be used.</summary>
/// <param name="Folder">The folder, relative to the repository: <c>mobilenetv2</c> or <c>mobilenetv2/int8</c>.</param>
/// <param name="Reason">What is wrong and what to do about it, in one line.</param>
public sealed record StoreProblem(string Folder, string Reason);
