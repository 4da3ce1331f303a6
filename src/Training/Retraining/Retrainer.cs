using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lineup.Compression.Hardware;
using Lineup.Compression.Onnx;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Packing;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Lineup.Training.Data;
using Lineup.Training.Optimizers;
using Lineup.Training.Runs;
using Lineup.Training.Steps;

namespace Lineup.Training.Retraining;

/// <summary>A variant that was trained further.</summary>
/// <param name="Name">Its name; null where the time was over before it was finished.</param>
/// <param name="Last">What the last finished epoch came to; null where none was finished.</param>
/// <param name="Sparsity">Share of the kernels' weights that are zero, as before.</param>
public sealed record RetrainedVariant(string? Name, EpochReport? Last, double Sparsity);

/// <summary>
/// Trains a variant's weights further, so that it wins back what compression cost: on labels, or on what the original says of the same
/// pictures. Weights that are zero stay zero, normalisations keep their statistics, and int8 is trained with the errors of its rounding.
/// The result is a variant of its own, which gets its name when it loads as serving loads it and every zero is where it was.
/// </summary>
public sealed class Retrainer(ModelStore store, RetrainOptions options, RecipeRunOptions run, TimeProvider clock)
{
    /// <summary>Share of an epoch in which the rate rises, for AdamW's means to settle.</summary>
    private const double WarmUp = 0.1;

    /// <summary>Retrains.</summary>
    /// <param name="data">The pictures; with labels unless the variant is distilled.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellationToken">Stops at once; the checkpoint of the last finished epoch stays.</param>
    /// <exception cref="TrainingException">It cannot begin or go on, or the result will not do.</exception>
    /// <exception cref="UnsupportedModelException">An operator of the variant cannot be trained.</exception>
    public async Task<RetrainedVariant> RetrainAsync(
        TrainingData data, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Check(data);
        Directory.CreateDirectory(run.Folder);
        var parent = Find(options.Variant);
        var model = OnnxReader.Read(parent.FilePath);
        var quantized = FakeQuantization.IsOf(model) ? FakeQuantization.Open(model) : null;
        var graph = TrainingGraph.Build(quantized?.Trainable ?? model, new()
        {
            Batch = options.Batch,
            Optimizer = new AdamWOptions { WeightDecay = 0 },
            ClipNorm = 1,
            FreezeNormalization = true,
            KeepZeros = true,
            Temperature = options.Distill ? options.Temperature : 1,
        });
        using var session = new TrainingSession(graph, new() { Threads = run.Threads });
        using var teacher = options.Distill
            ? new Teacher(OnnxReader.Read(Find(ModelStore.OriginalName).FilePath), options.Model.Manifest, options.Batch, options.Temperature, run.Threads)
            : null;
        var trainer = new Trainer(session, Plan(data, graph.Classes, parent), clock) { Targets = teacher is null ? null : teacher.Fill };
        var outcome = await trainer.RunAsync(data, options.Model.Manifest.Input, progress, cancellationToken);

        var (zeros, all) = KeptZeros.Count(model);
        if (outcome.Finished)
            await InstallAsync(parent, model, quantized?.Close(session.ToModel()) ?? session.ToModel(), data.Name, cancellationToken);
        return new(outcome.Finished ? options.ResultName : null, outcome.Last, (double)zeros / Math.Max(all, 1));
    }

    private void Check(TrainingData data)
    {
        var problems = options.Problems().ToList();
        if (!options.Distill && data.Train.Classes is null)
            problems.Add("without labels a variant can only follow the original: say --distill, or sort the pictures into folders called like the classes");
        var existing = options.Model.Variants.FirstOrDefault(variant => variant.Manifest.Name == options.ResultName);
        if (existing is not null && existing.Manifest.Recipe?.Kind != VariantRecipe.Retrain && !options.Force)
            problems.Add($"{options.Model.Manifest.Name}/{options.ResultName} is there already and was not made by retraining: give another name with --name, or replace it with --force");
        if (problems.Count > 0)
            throw new TrainingException(string.Join("; ", problems));
    }

    private VariantEntry Find(string variant) => options.Model.Variants.First(entry => entry.Manifest.Name == variant);

    private RunPlan Plan(TrainingData data, int classes, VariantEntry parent) => new()
    {
        Identity = Identity(data, parent),
        Folder = run.Folder,
        Epochs = options.Epochs,
        Schedule = new() { Peak = options.Rate, WarmUpEpochs = WarmUp },
        Feed = new(options.Batch, classes, options.Changes, 0, options.Seed),
        TestEvery = run.TestEvery,
        Resume = run.Resume,
        TimeLimit = run.TimeLimit,
        Threads = run.Threads,
    };

    /// <summary>What decides, with the rates, which numbers come out.</summary>
    private string Identity(TrainingData data, VariantEntry parent)
    {
        using var file = File.OpenRead(parent.FilePath);
        var parts = string.Create(
            CultureInfo.InvariantCulture,
            $"{Convert.ToHexStringLower(SHA256.HashData(file))} {data.Train.Count} {options.Batch} {options.Seed} {options.Distill} {options.Temperature} {options.Changes}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)));
    }

    private async Task InstallAsync(VariantEntry parent, OnnxModel before, OnnxModel after, string dataSet, CancellationToken cancellationToken)
    {
        var (model, name) = (options.Model.Manifest, options.ResultName);
        if (KeptZeros.Lost(before, after) is { Count: > 0 } lost)
            throw new TrainingException($"{model.Name}/{name} was not kept: weights of {string.Join(", ", lost)} that were zero are no longer; this is a fault of Lineup's");
        using var installer = new VariantInstaller(store, model.Name, name);
        OnnxWriter.Write(after, installer.ModelPath);
        try
        {
            ModelSession.Load(installer.ModelPath, model).Dispose();
        }
        catch (ModelLoadException error)
        {
            throw new TrainingException($"{model.Name}/{name} was not kept: {error.Message}", error);
        }

        await installer.InstallAsync(await ManifestAsync(parent, before, installer.ModelPath, dataSet, cancellationToken), cancellationToken);
    }

    private async Task<VariantManifest> ManifestAsync(
        VariantEntry parent, OnnxModel before, string path, string dataSet, CancellationToken cancellationToken)
    {
        var (zeros, all) = KeptZeros.Count(before);
        return new()
        {
            Name = options.ResultName,
            Precision = parent.Manifest.Precision,
            Sparsity = parent.Manifest.Sparsity is null ? null : Math.Round((double)zeros / all, 4),
            Sha256 = await FileMeasures.Sha256Async(path, _ => { }, cancellationToken),
            Bytes = new FileInfo(path).Length,
            CompressedBytes = await FileMeasures.DeflatedBytesAsync(path, _ => { }, cancellationToken),
            PackedBytes = await ModelPacker.MeasureAsync(path, _ => { }, cancellationToken),
            Recipe = new()
            {
                Kind = VariantRecipe.Retrain,
                ToolVersion = ToolVersions.Current,
                Parent = options.Variant,
                ParentSha256 = await FileMeasures.Sha256Async(parent.FilePath, _ => { }, cancellationToken),
                Steps = [.. parent.Manifest.Recipe?.Steps ?? [], Step(dataSet)],
                Cpu = Cpu.Current,
            },
        };
    }

    private string Step(string dataSet) => string.Create(
        CultureInfo.InvariantCulture,
        $"retrained on {(options.Distill ? "what the original says of " : "")}{dataSet}: {options.Epochs} epochs in batches of {options.Batch}, AdamW up to {options.Rate}")
        + (options.Distill && options.Temperature != 1 ? string.Create(CultureInfo.InvariantCulture, $", temperature {options.Temperature}") : "");
}
