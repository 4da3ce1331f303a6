using Lineup.Frontend.Models;
using Lineup.GrainInterfaces.Catalog;

namespace Lineup.Frontend.Page.Shell;

/// <summary>What the repository held at one moment, and how its variants were.</summary>
/// <param name="IsReachable">False while no silo answers; there are no models then.</param>
public sealed record ModelsSnapshot(IReadOnlyList<ModelResponse> Models, IReadOnlyList<RepositoryProblem> Problems, bool IsReachable)
{
    public static ModelsSnapshot Unreachable { get; } = new([], [], IsReachable: false);

    public ModelResponse? Find(string? model) => Models.FirstOrDefault(candidate => candidate.Name == model);

    /// <summary>Whether a person would see no difference. Statistics are left out: they change with every request.</summary>
    public bool LooksLike(ModelsSnapshot other) => IsReachable == other.IsReachable
        && Problems.SequenceEqual(other.Problems)
        && Models.Select(Describe).SequenceEqual(other.Models.Select(Describe))
        && Models.SelectMany(model => model.Variants).Select(Describe).SequenceEqual(other.Models.SelectMany(model => model.Variants).Select(Describe));

    private static object Describe(ModelResponse model) => (model.Name, model.Title, model.Width, model.Height, model.PublishedTop1, model.Variants.Count);

    private static object Describe(VariantResponse variant) =>
        (variant.Model, variant.Name, variant.State, variant.Reason, variant.Precision, variant.FileBytes, variant.CompressedBytes, variant.PackedBytes,
            variant.Evaluation, variant.Recipe?.Calibration);
}
