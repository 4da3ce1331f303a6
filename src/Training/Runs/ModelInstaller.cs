using System.Text;
using Lineup.Compression.Hardware;
using Lineup.Compression.Onnx;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Packing;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Lineup.Training.Recipes;

namespace Lineup.Training.Runs;

/// <summary>
/// Gives a trained model its place in the repository: model.json, labels, its original, and the run's metrics beside them. It gets its
/// name when it is whole and loads as serving loads it; one of that name that was there before is replaced only when told to.
/// </summary>
public sealed class ModelInstaller(ModelStore store)
{
    /// <summary>Name of the metrics in a model's folder.</summary>
    public const string LogName = "training.jsonl";

    private const string LabelsName = "labels.txt";

    /// <summary>Says, before hours are spent, why a model could not be put there; null if it can.</summary>
    public string? Refusal(string model, bool replace) =>
        !ModelNames.IsValid(model) ? $"'{model}' cannot be a model's name: {ModelNames.Rule}"
        : Directory.Exists(store.ModelPath(model)) && !replace ? $"model '{model}' is there already: give another name with --model, or replace it and all its variants with --force"
        : null;

    /// <summary>Installs the model as <paramref name="name"/>.</summary>
    /// <exception cref="TrainingException">It is there already, or cannot be served.</exception>
    public async Task InstallAsync(
        string name, TrainingRecipe recipe, TrainedModel trained, string dataSet, string runFolder, bool replace, CancellationToken cancellationToken)
    {
        if (Refusal(name, replace) is { } refusal)
            throw new TrainingException(refusal);
        var target = store.ModelPath(name);
        var folder = Path.Combine(store.Root, $".{name}.{Guid.NewGuid():N}");
        var original = Directory.CreateDirectory(Path.Combine(folder, ModelStore.OriginalName)).FullName;
        try
        {
            var manifest = Manifest(name, recipe);
            var file = Path.Combine(original, ModelStore.ModelFileName);
            OnnxWriter.Write(trained.Model!, file);
            Try(file, manifest);
            await AtomicFile.WriteJsonAsync(Path.Combine(folder, ModelManifest.FileName), manifest, cancellationToken);
            await AtomicFile.WriteAsync(
                Path.Combine(folder, LabelsName), Encoding.UTF8.GetBytes(string.Concat(recipe.Data.Classes.Select(label => label + "\n"))), cancellationToken);
            await AtomicFile.WriteJsonAsync(
                Path.Combine(original, VariantManifest.FileName), await VariantAsync(file, recipe, trained, dataSet, cancellationToken), cancellationToken);
            File.Copy(Path.Combine(runFolder, RunPlan.MetricsName), Path.Combine(folder, LogName));
            Place(folder, target);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static void Place(string folder, string target)
    {
        var old = $"{folder}.old";
        var replaces = Directory.Exists(target);
        if (replaces)
            Directory.Move(target, old);
        Directory.Move(folder, target);
        if (replaces)
            Directory.Delete(old, recursive: true);
    }

    private static void Try(string file, ModelManifest manifest)
    {
        try
        {
            ModelSession.Load(file, manifest).Dispose();
        }
        catch (ModelLoadException error)
        {
            throw new TrainingException($"the trained model could not be served: {error.Message}", error);
        }
    }

    private static ModelManifest Manifest(string name, TrainingRecipe recipe) => new()
    {
        Name = name,
        Title = recipe.Title,
        Architecture = recipe.Architecture,
        License = recipe.License,
        Source = $"trained by Lineup from the recipe {recipe.Name} on {recipe.Data.Name}",
        Input = recipe.Input,
        Labels = LabelsName,
    };

    private static async Task<VariantManifest> VariantAsync(
        string file, TrainingRecipe recipe, TrainedModel trained, string dataSet, CancellationToken cancellationToken) => new()
        {
            Name = ModelStore.OriginalName,
            Precision = "fp32",
            Sha256 = await FileMeasures.Sha256Async(file, _ => { }, cancellationToken),
            Bytes = new FileInfo(file).Length,
            CompressedBytes = await FileMeasures.DeflatedBytesAsync(file, _ => { }, cancellationToken),
            PackedBytes = await ModelPacker.MeasureAsync(file, _ => { }, cancellationToken),
            Recipe = new()
            {
                Kind = VariantRecipe.Train,
                ToolVersion = ToolVersions.Current,
                Steps = [string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"recipe {recipe.Name}: {recipe.Epochs} epochs of {dataSet} in batches of {recipe.Batch}, {trained.Weights} weights, seed {recipe.Seed}")],
                Cpu = Cpu.Current,
            },
        };
}
