using Lineup.ModelRepository;
using Lineup.ModelRepository.Manifests;
using Lineup.Training.Data;
using Lineup.Training.Networks;
using Lineup.Training.Schedules;

namespace Lineup.Training.Recipes;

/// <summary>Everything that makes a model from nothing: with the same pictures, processor and number of threads it makes the same one.</summary>
public sealed record TrainingRecipe
{
    /// <summary>Version of this schema; 1 is the only one so far.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Name of the model that comes out.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public string? Title { get; init; }

    /// <summary>Its family.</summary>
    public string? Architecture { get; init; }

    /// <summary>SPDX expression of its licence.</summary>
    public string? License { get; init; }

    /// <summary>Whose pictures it learns from.</summary>
    public required DataSetFacts Data { get; init; }

    /// <summary>How a picture becomes its input; goes into model.json.</summary>
    public required InputSpecification Input { get; init; }

    /// <summary>The network.</summary>
    public required NetworkSpecification Network { get; init; }

    /// <summary>How pictures are changed.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.None;

    /// <summary>The learning rate.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>How weights move.</summary>
    public OptimizerChoice Optimizer { get; init; } = new();

    /// <summary>The running mean of the weights; null for none.</summary>
    public AveragingOptions? Averaging { get; init; }

    /// <summary>Share of each target that is spread over all classes. 0 or more, less than 1. Default: 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Pictures of a step. 1 to 8192.</summary>
    public required int Batch { get; init; }

    /// <summary>Times that all pictures are gone through. 1 to 10,000.</summary>
    public required int Epochs { get; init; }

    /// <summary>Fixes weights, order and changes. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Says everything that is wrong; empty when it can be followed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Schema != 1)
            yield return $"schema must be 1, not {Schema}: this version of Lineup knows no other";
        if (!ModelNames.IsValid(Name))
            yield return $"name '{Name}' cannot be a model's: {ModelNames.Rule}";
        if (LabelSmoothing is not (>= 0 and < 1))
            yield return "labelSmoothing must be 0 or more and less than 1";
        if (Batch is < 1 or > 8192)
            yield return $"batch must be 1 to 8192 pictures, not {Batch}";
        if (Epochs is < 1 or > 10_000)
            yield return $"epochs must be 1 to 10000, not {Epochs}";
        if (Input is { Layout: not TensorLayout.Nchw })
            yield return "input.layout must be NCHW: that is what networks are built in";
        IEnumerable<string> parts =
        [
            .. Data?.Problems() ?? ["data is missing"],
            .. Input?.Problems() ?? ["input is missing"],
            .. Input is null ? [] : Network?.Problems(Input.Width, Input.Height) ?? ["network is missing"],
            .. Augmentation?.Problems() ?? ["augmentation is null"],
            .. Schedule?.Problems(Epochs) ?? ["schedule is missing"],
            .. Optimizer?.Problems() ?? ["optimizer is null"],
            .. Averaging?.Problems() ?? [],
        ];
        foreach (var problem in parts)
            yield return problem;
    }
}

/// <summary>Which pictures a recipe is for. Where they lie on this machine is told when it is run.</summary>
public sealed record DataSetFacts
{
    /// <summary>What the set is called.</summary>
    public required string Name { get; init; }

    /// <summary>Where its publisher has it.</summary>
    public string? Url { get; init; }

    /// <summary>MD5 of the file at the address, as its publisher states it.</summary>
    public string? Md5 { get; init; }

    /// <summary>Whom to cite, and on what terms it was published.</summary>
    public string? Citation { get; init; }

    /// <summary>Its classes in the order of the model's output; folders of pictures are called like them.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Says everything that is wrong; empty when it is sound.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Name))
            yield return "data.name is empty";
        if (Url is not null && !(Uri.TryCreate(Url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"))
            yield return "data.url must be an http(s) address";
        if (Md5 is not null && !(Md5.Length == 32 && Md5.All(char.IsAsciiHexDigitLower)))
            yield return "data.md5 must be 32 lower-case hexadecimal digits";
        if (Classes is not { Count: >= 2 } || Classes.Any(string.IsNullOrWhiteSpace))
            yield return "data.classes must name two classes or more";
        else if (Classes.Distinct(StringComparer.OrdinalIgnoreCase).Count() != Classes.Count)
            yield return "data.classes names a class twice";
    }
}

/// <summary>Methods by which weights move along their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW,
}

/// <summary>How weights move.</summary>
public sealed record OptimizerChoice
{
    /// <summary>The method. Default: SGD.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Sgd;

    /// <summary>Momentum of SGD, or the first decay rate of AdamW. 0 or more, less than 1. Default: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether SGD looks ahead as Nesterov does. Default: true.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>Weight decay of convolutions and matrices; biases and normalisation have none. 0 to 1. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Norm over all gradients to which they are scaled down; null for no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Says everything that is wrong; empty when it can be followed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Momentum is not (>= 0 and < 1))
            yield return "optimizer.momentum must be 0 or more and less than 1";
        if (WeightDecay is not (>= 0 and <= 1))
            yield return "optimizer.weightDecay must be 0 to 1";
        if (ClipNorm is not null and not (> 0))
            yield return "optimizer.clipNorm must be more than 0";
    }
}

/// <summary>The running mean of the weights, which is mostly better than the weights of any one step.</summary>
public sealed record AveragingOptions
{
    /// <summary>Share of the mean that a step leaves. More than 0, less than 1.</summary>
    public required double Decay { get; init; }

    /// <summary>Epoch, from 0, with which it begins. Default: 0.</summary>
    public int FromEpoch { get; init; }

    /// <summary>Says everything that is wrong; empty when it can be followed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Decay is not (> 0 and < 1))
            yield return "averaging.decay must be more than 0 and less than 1";
        if (FromEpoch < 0)
            yield return "averaging.fromEpoch must be 0 or more";
    }
}
