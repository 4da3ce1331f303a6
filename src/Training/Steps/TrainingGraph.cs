using Lineup.Compression.Onnx;

namespace Lineup.Training.Steps;

/// <summary>An input that is filled anew for each step; float32.</summary>
internal sealed record StepInput(string Name, long[] Dims);

/// <summary>
/// One training step as a graph of ordinary ONNX operators: the way forward, the loss, the way back and the optimiser. Weights, running
/// statistics and slots are inputs and outputs, so the graph keeps nothing. Immutable; see <see cref="TrainingSession"/> for running it.
/// </summary>
public sealed class TrainingGraph
{
    internal const string ImagesName = "step/images";
    internal const string TargetsName = "step/targets";
    internal const string LearningRateName = "step/learning-rate";
    internal const string LossName = "step/loss";
    internal const string CorrectName = "step/correct";
    internal const string GradientNormName = "step/gradient-norm";

    private readonly OnnxModel _model;

    internal TrainingGraph(OnnxModel model, OnnxModel step, IReadOnlyList<StepTensor> tensors, IReadOnlyList<StepInput> inputs) =>
        (_model, Step, Tensors, Inputs) = (model, step, tensors, inputs);

    /// <summary>The step, to be looked at or written to a file; not to be changed.</summary>
    public OnnxModel Step { get; }

    /// <summary>What the step carries on from one run to the next, with the numbers it starts with.</summary>
    public IReadOnlyList<StepTensor> Tensors { get; }

    /// <summary>Shape of the pictures of a step: [batch, channels, height, width].</summary>
    public IReadOnlyList<long> ImageShape => Inputs[0].Dims;

    /// <summary>Number of classes.</summary>
    public int Classes => (int)Inputs[1].Dims[1];

    internal IReadOnlyList<StepInput> Inputs { get; }

    /// <summary>Scalars that each step gives.</summary>
    internal static IReadOnlyList<string> Results { get; } = [LossName, CorrectName, GradientNormName];

    /// <summary>
    /// Builds the step of a classifier with one input [N, channels, height, width] and one output of N x classes numbers. The output may
    /// be logits, or the softmax of logits, which the loss then takes. The model is left as it is.
    /// </summary>
    /// <exception cref="ArgumentException">The options are not sound; the message names every problem.</exception>
    /// <exception cref="UnsupportedModelException">It cannot be trained; the message names every operator that stands in the way.</exception>
    public static TrainingGraph Build(OnnxModel model, TrainingOptions options) => new StepBuilder(model, options).Build();

    /// <summary>The model in the form for inference, with other numbers for some of its weights and statistics.</summary>
    /// <param name="tensors">By name, in the shapes they have.</param>
    /// <exception cref="ArgumentException">The model has no weight or statistic of a name, or it has another shape.</exception>
    public OnnxModel ToModel(IReadOnlyDictionary<string, TensorData> tensors)
    {
        var model = _model.Clone();
        var initializers = model.Graph.Initializers.ToDictionary(value => value.Name);
        foreach (var (name, data) in tensors)
        {
            if (!initializers.TryGetValue(name, out var value))
                throw new ArgumentException($"The model has no tensor '{name}'.", nameof(tensors));
            if (!value.Data!.Dims.SequenceEqual(data.Dims) || value.Data.ElementType != data.ElementType)
                throw new ArgumentException($"'{name}' is {value.Data}, not {data}.", nameof(tensors));
            value.SetData(data);
        }

        return model;
    }

    internal static string FeatureTargetName(string value) => $"step/feature/{value}";
}
