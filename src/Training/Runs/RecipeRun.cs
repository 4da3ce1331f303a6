using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Lineup.Compression.Onnx;
using Lineup.Training.Data;
using Lineup.Training.Networks;
using Lineup.Training.Optimizers;
using Lineup.Training.Recipes;
using Lineup.Training.Steps;

namespace Lineup.Training.Runs;

/// <summary>How a recipe is run on this machine.</summary>
public sealed record RecipeRunOptions
{
    /// <summary>Folder for checkpoint and metrics; made where it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether to go on from the folder's checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>Time after which the run stops with a checkpoint; null for none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Epochs between two tests. 1 or more. Default: 1.</summary>
    public int TestEvery { get; init; } = 1;

    /// <summary>Threads of a step. Sums are added up in another order with another number. Default: as many as there are cores.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}

/// <summary>A model made by a recipe.</summary>
/// <param name="Model">Its graph; null where the time was over before it was finished.</param>
/// <param name="Last">What the last finished epoch came to; null where none was finished.</param>
/// <param name="Weights">Numbers that were learned, of normalisations' statistics too.</param>
public sealed record TrainedModel(OnnxModel? Model, EpochReport? Last, int Weights);

/// <summary>Makes a model from nothing, as a recipe says.</summary>
public sealed class RecipeRun(TrainingRecipe recipe, RecipeRunOptions options, TimeProvider clock)
{
    /// <summary>Whether a folder holds a run that could go on.</summary>
    public static bool HasCheckpoint(string folder) => File.Exists(Path.Combine(folder, RunPlan.CheckpointName));

    /// <summary>Trains.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellationToken">Stops at once; the checkpoint of the last finished epoch stays.</param>
    /// <exception cref="TrainingException">It cannot begin or go on.</exception>
    public async Task<TrainedModel> TrainAsync(TrainingData data, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        var network = ResidualNetwork.Build(recipe.Name, recipe.Network, recipe.Input, recipe.Data.Classes.Count, recipe.Seed);
        if (recipe.Network.StemFromPictures)
            PrincipalFilters.Fill(ResidualNetwork.StemWeight(network), data.Train, recipe.Input, recipe.Seed);
        var graph = TrainingGraph.Build(network, new()
        {
            Batch = recipe.Batch,
            Optimizer = Optimizer(),
            ClipNorm = recipe.Optimizer.ClipNorm,
        });
        using var session = new TrainingSession(graph, new() { Threads = options.Threads });
        var trainer = new Trainer(session, Plan(data), clock);
        var outcome = await trainer.RunAsync(data, recipe.Input, progress, cancellationToken);
        var weights = session.Parameters.Tensors.Where(tensor => tensor.Kind != StepTensorKind.Slot).Sum(tensor => tensor.Initial.ElementCount);
        return new(outcome.Finished ? session.ToModel() : null, outcome.Last, weights);
    }

    private OptimizerOptions Optimizer() => recipe.Optimizer.Kind == OptimizerKind.Sgd
        ? new SgdOptions { Momentum = recipe.Optimizer.Momentum, Nesterov = recipe.Optimizer.Nesterov, WeightDecay = recipe.Optimizer.WeightDecay }
        : new AdamWOptions { Beta1 = recipe.Optimizer.Momentum, WeightDecay = recipe.Optimizer.WeightDecay };

    private RunPlan Plan(TrainingData data) => new()
    {
        Identity = Identity(data),
        Folder = options.Folder,
        Epochs = recipe.Epochs,
        Schedule = recipe.Schedule,
        Averaging = recipe.Averaging,
        Feed = new(recipe.Batch, recipe.Data.Classes.Count, recipe.Augmentation, recipe.LabelSmoothing, recipe.Seed),
        TestEvery = options.TestEvery,
        Resume = options.Resume,
        TimeLimit = options.TimeLimit,
        Threads = options.Threads,
    };

    /// <summary>What decides, with the rates, which numbers come out: the recipe, and how many pictures there are.</summary>
    private string Identity(TrainingData data)
    {
        var text = JsonSerializer.Serialize(recipe with { Epochs = 0, Schedule = new() { Peak = 1 } }, RecipeFile.Json) + data.Train.Count.ToString(CultureInfo.InvariantCulture);
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }
}
