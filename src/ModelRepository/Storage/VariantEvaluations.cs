using System.Text.Json;
using System.Text.Json.Nodes;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Storage;

/// <summary>Puts an evaluation into a variant's variant.json.</summary>
public static class VariantEvaluations
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>
    /// Writes <paramref name="evaluation"/> in the place of an older one, in one step. The file is changed as JSON and not through
    /// <see cref="VariantManifest"/>, so that fields which this version does not know stay, at every depth and in their order; only
    /// comments go. Where there is no variant.json, one is made from <paramref name="measured"/>.
    /// </summary>
    /// <param name="variant">The variant.</param>
    /// <param name="measured">Name, hash and sizes of its file; of these, what variant.json lacks is added to it.</param>
    /// <param name="evaluation">The result.</param>
    /// <param name="cancellationToken">Ends the attempt; the old file is then unharmed.</param>
    /// <exception cref="JsonException">variant.json has been broken since it was looked up.</exception>
    /// <exception cref="IOException">It cannot be read or written; the old file is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read or written.</exception>
    public static async Task SaveAsync(
        VariantEntry variant, VariantManifest measured, VariantEvaluation evaluation, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetDirectoryName(variant.FilePath)!, VariantManifest.FileName);
        var manifest = File.Exists(path) ? await ReadAsync(path, cancellationToken) : [];

        var fields = JsonSerializer.SerializeToNode(measured with { Evaluation = evaluation }, ManifestJson.Options)!.AsObject();
        foreach (var (name, value) in fields.ToList())
        {
            if (name != "evaluation" && manifest.Any(field => Same(field.Key, name) && field.Value is not null))
                continue;
            foreach (var old in manifest.Select(field => field.Key).Where(key => Same(key, name)).ToList())
                manifest.Remove(old);
            manifest[name] = value?.DeepClone();
        }

        await AtomicFile.WriteJsonAsync(path, manifest, cancellationToken);
    }

    private static async Task<JsonObject> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return await JsonNode.ParseAsync(stream, null, Lenient, cancellationToken) as JsonObject
            ?? throw new JsonException("variant.json holds no object");
    }

    // Manifests are read without regard to case, so they are written that way.
    private static bool Same(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
