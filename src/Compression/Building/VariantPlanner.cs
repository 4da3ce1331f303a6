namespace Lineup.Compression.Building;

/// <summary>What would be done to make a variant, line by line, for people to read.</summary>
public sealed record VariantPlan(string Name, IReadOnlyList<string> Lines);

/// <summary>
/// Says what <see cref="VariantBuilder"/> would do, and why, without making anything: what only the work itself can tell, such as what is
/// left after pruning, is said to be unknown. int8 runs the calibration pictures, since its ranges are the plan.
/// </summary>
public static class VariantPlanner
{
    /// <summary>Plans the variants in the order in which they were asked for.</summary>
    /// <exception cref="BuildException">The model or the pictures will not do.</exception>
    public static async Task<IReadOnlyList<VariantPlan>> PlanAsync(
        BuildRequest request, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        var (recipes, parent) = VariantBuilder.Check(request);
        progress?.Report(new(recipes[0].Name, "preparing", 0, 1));
        var (calibration, _) = await VariantBuilder.StartAsync(() => VariantBuilder.LoadPictures(request, cancellationToken), cancellationToken);
        var original = VariantBuilder.ReadCanonical(parent);
        var plans = new List<VariantPlan>();
        foreach (var recipe in recipes)
        {
            var context = new RecipeContext(
                request, original, calibration, new(), (stage, done, total) => progress?.Report(new(recipe.Name, stage, done, total)), cancellationToken);
            plans.Add(new(recipe.Name, await VariantBuilder.StartAsync(() => VariantBuilder.Explain(recipe.Name, () => recipe.Plan(context)), cancellationToken)));
        }

        return plans;
    }
}
