using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Texts;
using Lineup.GrainInterfaces.Catalog;
using static Lineup.Frontend.Page.Texts.Texts;

namespace Lineup.Frontend.Page.Models;

/// <summary>Says in plain words what a variant is and how it came to be.</summary>
internal static class RecipeWords
{
    public static string Of(VariantResponse variant)
    {
        if (variant.Recipe is { Kind: "retrain" })
            return $"{What(variant)} {Text.RecipeRetrained}";
        if (variant.Recipe is not { Kind: "compress" } recipe)
        {
            return variant.Recipe is { Kind: "pull" } ? Text.RecipePulled
                : variant.Recipe is { Kind: "train" } ? Text.RecipeTrained
                : variant.Name == "original" ? Text.RecipeOriginal
                : Text.RecipeUnknown;
        }

        var what = What(variant);
        return recipe is { Calibration: { } set, CalibrationPictures: { } pictures } ? $"{what} {Say(Text.RecipeCalibrated, pictures, set)}" : what;
    }

    private static string What(VariantResponse variant)
    {
        var removed = variant.Sparsity is > 0 and var share ? Figures.Share(share) : null;
        return (variant.Precision, removed) switch
        {
            ("fp16", null) => Text.RecipeHalf,
            ("int8", null) => Text.RecipeInt8,
            ("int8", not null) => Say(Text.RecipePrunedInt8, removed),
            (_, not null) => Say(Text.RecipePruned, removed),
            _ when variant.Name == CompressChoice.PrunedChannels => Text.RecipeChannels,
            _ => Text.RecipeMade,
        };
    }

    /// <summary>Percent of pictures with the original's best class, and on how many that was seen.</summary>
    public static (double Percent, int Pictures)? Agreement(VariantResponse variant) => variant switch
    {
        { Evaluation: { } evaluation } => (evaluation.Agreement, evaluation.Images),
        { Recipe: RecipeListing { Agreement: { } share, HeldOutPictures: { } pictures } } => (share * 100, pictures),
        _ => null,
    };
}
