using System.Text.Json;
using System.Text.Json.Serialization;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Training.Recipes;

/// <summary>Reads recipes: JSON as in manifests. A field that is not known is an error, for it was meant to do something.</summary>
public static class RecipeFile
{
    /// <summary>How recipes are read and written.</summary>
    public static JsonSerializerOptions Json { get; } = new(ManifestJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads and checks a recipe.</summary>
    /// <exception cref="TrainingException">It cannot be read or followed; the message names every problem.</exception>
    public static TrainingRecipe Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), Path.GetFileName(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"the recipe {path} cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <param name="json">UTF-8.</param>
    /// <param name="fileName">What errors call it.</param>
    /// <exception cref="TrainingException">It cannot be followed; the message names every problem.</exception>
    internal static TrainingRecipe Parse(ReadOnlySpan<byte> json, string fileName)
    {
        TrainingRecipe recipe;
        try
        {
            recipe = JsonSerializer.Deserialize<TrainingRecipe>(json, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new TrainingException($"{fileName} is no recipe: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        var problems = recipe.Problems().ToList();
        return problems.Count == 0 ? recipe : throw new TrainingException($"{fileName} cannot be followed: {string.Join("; ", problems)}");
    }
}
