using Lineup.Compression.Onnx;
using Lineup.Training.Gradients;
using Lineup.Training.Losses;
using Lineup.Training.Optimizers;

namespace Lineup.Training.Steps;

/// <summary>Builds the graph of a training step.</summary>
internal sealed class StepBuilder
{
    /// <summary>
    /// Operator set of steps, unless the model asks for a later one: between 13 and 17 no operator that can be trained through changed its
    /// meaning in inference, and 16 brought ScatterElements that adds.
    /// </summary>
    private const long StepOpset = 17;

    private readonly TrainingOptions _options;
    private readonly OnnxModel _form;
    private readonly Graph _model;
    private readonly Graph _step = new() { Name = "step" };
    private readonly Emitter _emit;
    private readonly List<StepTensor> _tensors = [];
    private readonly List<StepInput> _inputs = [];

    public StepBuilder(OnnxModel model, TrainingOptions options)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems)
            throw new ArgumentException($"The options of training are not sound: {string.Join("; ", problems)}.", nameof(options));
        _options = options;
        _form = ForwardForm.Of(model);
        _model = ForwardForm.WithBatch(_form, options.Batch).Graph;
        _emit = new(_step);
        if (_model.Values().FirstOrDefault(value => value.Name.StartsWith(Emitter.Prefix, StringComparison.Ordinal)) is { } taken)
            throw new UnsupportedModelException($"The name '{taken.Name}' is kept for training; rename the value.");
    }

    public TrainingGraph Build()
    {
        var logits = SoftmaxCrossEntropy.Logits(_model.Outputs[0]);
        var needed = Reachable([logits, .. _options.Features.Select(Feature)]);
        Refuse(needed);

        var trained = Trainables.Of(needed);
        var tape = new Tape(_emit, trained)
        {
            FreezesNormalization = _options.FreezeNormalization,
            NormalizationMomentum = _options.NormalizationMomentum,
        };
        tape.Bind(_model.Inputs[0], Input(TrainingGraph.ImagesName, Tape.Shape(_model.Inputs[0])));
        foreach (var weight in trained)
            tape.Bind(weight, Carried(weight, StepTensorKind.Weight));
        if (!_options.FreezeNormalization)
        {
            foreach (var statistic in Trainables.Statistics(needed))
                tape.Bind(statistic, Carried(statistic, StepTensorKind.Statistic));
        }

        foreach (var node in needed)
        {
            _emit.Part = $"forward of {Kind(node)}";
            tape.Forward(node, GradientRules.Find(node)!);
        }

        _emit.Part = "loss";
        AddLoss(tape, logits);
        foreach (var node in Enumerable.Reverse(needed))
        {
            _emit.Part = $"back of {Kind(node)}";
            if (node.Inputs.Any(tape.Needs) && tape.Gradient(node.Output) is { } gradient)
                GradientRules.Find(node)!.Backward(node, gradient, tape);
        }

        _emit.Part = "update";
        foreach (var (name, next) in tape.States)
            Give(name, next);
        AddUpdates(tape, trained);
        return new(_form, Frame(), _tensors, _inputs);
    }

    /// <summary>What profiles call a node: convolutions of different kinds cost differently.</summary>
    private static string Kind(Node node) =>
        !node.Is("Conv") ? node.OpType
        : node.Attributes.GetInt("group", 1) > 1 ? "grouped Conv"
        : Tape.Shape(node.Inputs[1]!)[2..].All(side => side == 1) ? "1x1 Conv"
        : "Conv";

    /// <summary>The nodes that values depend on, in order.</summary>
    private List<Node> Reachable(IEnumerable<Value> ends)
    {
        var wanted = ends.ToHashSet();
        var nodes = new List<Node>();
        foreach (var node in _model.Nodes.Reverse())
        {
            if (node.ConstantValue is not null || !node.Outputs.OfType<Value>().Any(wanted.Contains))
                continue;
            nodes.Add(node);
            wanted.UnionWith(node.Inputs.OfType<Value>());
        }

        nodes.Reverse();
        return nodes;
    }

    private static void Refuse(List<Node> nodes)
    {
        if (nodes.Select(GradientRules.Refusal).OfType<string>().ToArray() is { Length: > 0 } refusals)
            throw new UnsupportedModelException($"The model cannot be trained. {string.Join("; ", refusals)}.");
    }

    private Value Feature(FeatureLoss feature) =>
        _model.Nodes.SelectMany(node => node.Outputs).FirstOrDefault(value => value?.Name == feature.Value)
        ?? throw new ArgumentException($"The model computes no value '{feature.Value}' that a feature loss could follow.");

    private void AddLoss(Tape tape, Value logits)
    {
        var shape = Tape.Shape(logits);
        var targets = Input(TrainingGraph.TargetsName, [shape[0], shape[1..].Aggregate(1L, (product, side) => product * side)]);
        var loss = new SoftmaxCrossEntropy(_options.Temperature, _options.TargetWeight).Add(tape, logits, targets, out var correct);
        foreach (var feature in _options.Features)
        {
            var value = Feature(feature);
            var teacher = Input(TrainingGraph.FeatureTargetName(feature.Value), Tape.Shape(value));
            loss = _emit.Add(loss, MeanSquaredDifference.Add(tape, value, teacher, feature.Weight));
        }

        _emit.Output(loss, TrainingGraph.LossName);
        _emit.Output(correct, TrainingGraph.CorrectName);
    }

    private void AddUpdates(Tape tape, IReadOnlyList<Value> trained)
    {
        var rate = Input(TrainingGraph.LearningRateName, []);
        var gradients = trained.Where(weight => tape.Gradient(weight) is not null)
            .Select(weight => new WeightGradient(weight, tape.Step(weight), tape.Gradient(weight)!)).ToArray();
        var (norm, scale) = GradientClipping.Add(_emit, gradients, _options.ClipNorm);
        _emit.Output(norm, TrainingGraph.GradientNormName);
        var updates = new UpdateWriter(_emit, rate, Slot, Give);
        Optimizer.Of(_options.Optimizer).Add(updates, gradients, scale, _options.KeepZeros);
    }

    private Value Input(string name, long[] dims)
    {
        _inputs.Add(new(name, dims));
        return _step.AddInput(Typed(name, dims));
    }

    /// <summary>A tensor of the model that becomes an input of the step.</summary>
    private Value Carried(Value value, StepTensorKind kind) => Carry(new(value.Name, kind, value.Constant!));

    private Value Slot(string name, TensorData initial)
    {
        var slot = Carry(new(name, StepTensorKind.Slot, initial));
        return initial.Rank > 1 ? _emit.Reshape(slot, -1) : slot;
    }

    private Value Carry(StepTensor tensor)
    {
        _tensors.Add(tensor);
        return _step.AddInput(Typed(tensor.InputName, tensor.Initial.Dims.ToArray()));
    }

    /// <summary>The next numbers of a carried tensor.</summary>
    private void Give(string name, Value next)
    {
        var tensor = _tensors.Find(tensor => tensor.Name == name)!;
        _emit.Output(next, tensor.OutputName, tensor.Initial.Dims);
    }

    private OnnxModel Frame()
    {
        var step = new OnnxModel { Graph = _step, IrVersion = Math.Max(_form.IrVersion, 8), ProducerName = "lineup" };
        foreach (var (domain, version) in _form.Opsets)
            step.Opsets.Add(domain, domain is "" or OnnxModel.StandardDomain ? Math.Max(version, StepOpset) : version);
        GraphValidator.Validate(step);
        return step;
    }

    private static Value Typed(string name, long[] dims) =>
        new(name) { Type = ElementType.Float, Dims = [.. dims.Select(Dimension.FromInt64)] };
}
