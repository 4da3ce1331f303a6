using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Training.Gradients;

namespace Lineup.Training.Tests.Gradients;

/// <summary>
/// Holds the gradients of a small graph against central differences. The loss is the sum of the output times random numbers, so every
/// element of the output counts, each differently.
/// </summary>
internal sealed class GradientCheck
{
    private readonly OnnxModel _model = new() { Graph = new() { Name = "check" }, IrVersion = 8 };
    private readonly List<Value> _trained = [];
    private readonly long _opset;

    public GradientCheck(long opset = 17) => _model.Opsets.Add("", _opset = opset);

    /// <summary>Half the distance of a central difference. Where the loss is linear in each number, larger means more exact.</summary>
    public float Step { get; init; } = 0.25f;

    /// <summary>Largest difference allowed, as a share of the gradient's largest magnitude.</summary>
    public double Tolerance { get; init; } = 2e-3;

    public bool FreezesNormalization { get; init; }

    /// <summary>A tensor whose gradient is checked.</summary>
    public Value Trained(TensorData data)
    {
        var value = Constant(data);
        _trained.Add(value);
        return value;
    }

    public Value Constant(TensorData data) => _model.Graph.AddInitializer($"tensor{_model.Graph.Initializers.Count}", data);

    public Value Add(string opType, Value?[] inputs, Action<AttributeSet>? attributes = null)
    {
        var node = new Node(opType, inputs, [new Value($"value{_model.Graph.Nodes.Count}")]);
        attributes?.Invoke(node.Attributes);
        return _model.Graph.Append(node).Output;
    }

    /// <summary>Checks the gradients of all trained tensors.</summary>
    public void Verify(Value output)
    {
        var seed = Prepare(output);
        using var session = Load(output, seed);
        TensorData[] tensors = [.. _trained.Select(value => value.Data!)];
        var results = session.Run(tensors);
        Assert.Equal(Tape.Shape(output), results[0].Dims.ToArray());
        for (var i = 0; i < tensors.Length; i++)
        {
            var analytic = results[i + 1];
            Assert.Equal(tensors[i].Dims.ToArray(), analytic.Dims.ToArray());
            Compare(analytic.ToDoubles(), Differences(session, tensors, i, seed), $"tensor {i}");
        }
    }

    /// <summary>The output, what its elements are multiplied by in the loss, and the gradients of all trained tensors.</summary>
    public (TensorData Output, TensorData Seed, TensorData[] Gradients) Run(Value output)
    {
        var seed = Prepare(output);
        using var session = Load(output, seed);
        var results = session.Run([.. _trained.Select(value => value.Data!)]);
        return (results[0], seed, results[1..]);
    }

    private TensorData Prepare(Value output)
    {
        _model.Graph.AddOutput(output);
        new InferShapes().Run(_model);
        new ExplicitPads().Run(_model);
        Assert.All(_model.Graph.Nodes, node => Assert.Null(GradientRules.Refusal(node)));

        return Tensors.Normal(9, Tape.Shape(output));
    }

    private GraphSession Load(Value output, TensorData seed)
    {
        var step = new OnnxModel { Graph = new() { Name = "step" }, IrVersion = 8 };
        step.Opsets.Add("", _opset);
        var tape = Differentiate(step.Graph, output, seed);
        Assert.All(_trained, value => Assert.NotNull(tape.Gradient(value)));
        return GraphSession.Load(step, new(Optimize: true));
    }

    private Tape Differentiate(Graph step, Value output, TensorData seed)
    {
        var emitter = new Emitter(step);
        var tape = new Tape(emitter, _trained) { FreezesNormalization = FreezesNormalization, NormalizationMomentum = 0.9 };
        foreach (var value in _trained)
            tape.Bind(value, step.AddInput(new(value.Name) { Type = ElementType.Float, Dims = value.Dims }));
        foreach (var node in _model.Graph.Nodes)
            tape.Forward(node, GradientRules.Find(node)!);
        tape.Accumulate(output, emitter.Constant(seed));
        foreach (var node in _model.Graph.Nodes.Reverse())
            GradientRules.Find(node)!.Backward(node, tape.Gradient(node.Output)!, tape);

        emitter.Output(tape.Step(output), "output", Tape.Shape(output));
        foreach (var (index, value) in _trained.Index())
            emitter.Output(tape.Gradient(value)!, $"gradient{index}", Tape.Shape(value));
        return tape;
    }

    private double[] Differences(GraphSession session, TensorData[] tensors, int index, TensorData seed)
    {
        var (own, weights) = (tensors[index], seed.ToDoubles());
        var differences = new double[own.ElementCount];
        for (var i = 0; i < differences.Length; i++)
        {
            var (above, below) = (Moved(i, Step), Moved(i, -Step));
            differences[i] = (Loss(above) - Loss(below)) / ((double)above.AsSpan<float>()[i] - below.AsSpan<float>()[i]);
        }

        return differences;

        TensorData Moved(int element, float by)
        {
            var numbers = own.ToArray<float>();
            numbers[element] += by;
            return TensorData.Create(numbers, own.Dims);
        }

        double Loss(TensorData moved)
        {
            var output = session.Run([.. tensors[..index], moved, .. tensors[(index + 1)..]])[0].AsSpan<float>();
            var sum = 0.0;
            for (var i = 0; i < output.Length; i++)
                sum += output[i] * weights[i];
            return sum;
        }
    }

    private void Compare(double[] analytic, double[] numeric, string what)
    {
        var largest = Math.Max(numeric.Max(Math.Abs), 1e-3);
        for (var i = 0; i < analytic.Length; i++)
        {
            Assert.True(
                Math.Abs(analytic[i] - numeric[i]) <= Tolerance * largest,
                $"{what}, element {i}: the gradient is {analytic[i]}, the difference {numeric[i]} (largest {largest})");
        }
    }
}
