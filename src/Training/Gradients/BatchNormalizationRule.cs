using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>
/// y = scale (x - mean) / sqrt(variance + epsilon) + shift, a channel at a time. In training mean and variance are those of the batch
/// (Ioffe and Szegedy 2015), and running ones follow them: next = momentum running + (1 - momentum) batch, with the variance over all
/// numbers, as the operator itself defines it. Frozen, they are the constants the model came with.
/// </summary>
internal sealed class BatchNormalizationRule : IGradientRule
{
    public string Operator => "BatchNormalization";

    public string? Refusal(Node node) =>
        node.Inputs[0]?.Dims is not { Count: >= 2 } ? "it has no channels"
        : node.Attributes.GetInt("training_mode", 0) != 0 ? "it is in training form already; export the model for inference"
        : node.Inputs.Skip(1).Any(input => input?.Constant is not { ElementType: ElementType.Float }) ? "its parameters are not constant"
        : null;

    public void Forward(Node node, Tape tape)
    {
        if (tape.FreezesNormalization)
        {
            tape.Repeat(node);
            return;
        }

        // With momentum 0 the operator's running statistics are the batch's own, which the way back needs.
        var outputs = tape.Emit.Ops("BatchNormalization", 3, [.. node.Inputs.Select(input => tape.Step(input!))], attributes =>
        {
            attributes.Set("epsilon", Epsilon(node));
            attributes.Set("momentum", 0f);
            attributes.Set("training_mode", 1);
        });
        tape.Bind(node.Output, outputs[0]);
        tape.Remember(node, new BatchStatistics(outputs[1], outputs[2]));
        Follow(node.Inputs[3]!, outputs[1], tape);
        Follow(node.Inputs[4]!, outputs[2], tape);
    }

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var emit = tape.Emit;
        var (x, scale, shift) = (node.Inputs[0]!, node.Inputs[1]!, node.Inputs[2]!);
        var shape = Tape.Shape(x);
        var statistics = tape.FreezesNormalization
            ? new BatchStatistics(tape.Step(node.Inputs[3]!), tape.Step(node.Inputs[4]!))
            : tape.Recall<BatchStatistics>(node);
        var spread = emit.Op("Sqrt", emit.Add(statistics.Variance, emit.Scalar(Epsilon(node))));
        var gain = emit.Div(tape.Step(scale), spread);

        // Sums of dy and of dy x^, where x^ = (x - mean) / spread.
        var sum = emit.SumOfChannels(gradient, shape.Length);
        var moment = emit.Sub(
            emit.SumOfChannels(emit.Mul(gradient, tape.Step(x)), shape.Length), emit.Mul(statistics.Mean, sum));
        var tilt = emit.Div(moment, spread);
        if (tape.Needs(shift))
            tape.Accumulate(shift, sum);
        if (tape.Needs(scale))
            tape.Accumulate(scale, tilt);
        if (!tape.Needs(x))
            return;
        if (tape.FreezesNormalization)
        {
            tape.Accumulate(x, emit.Mul(gradient, Channels(emit, gain, shape)));
            return;
        }

        // dx = gain (dy - sum / count - x^ tilt / count), written as gain (dy + (slope x + offset)). The bracket inside is what
        // BatchNormalization itself computes in one pass, with mean 0 and variance 1.
        var count = shape.Aggregate(1.0, (product, side) => product * side) / shape[1];
        var slope = emit.Mul(emit.Div(tilt, spread), -1 / count);
        var offset = emit.Sub(emit.Mul(sum, -1 / count), emit.Mul(slope, statistics.Mean));
        var line = emit.Op(
            "BatchNormalization",
            [tape.Step(x), slope, offset, emit.Filled(0, shape[1]), emit.Filled(1, shape[1])],
            attributes => attributes.Set("epsilon", 0f));
        tape.Accumulate(x, emit.Mul(emit.Add(gradient, line), Channels(emit, gain, shape)));
    }

    private static void Follow(Value running, Value batch, Tape tape)
    {
        var kept = tape.Emit.Mul(tape.Step(running), tape.NormalizationMomentum);
        tape.Carry(running, tape.Emit.Add(kept, tape.Emit.Mul(batch, 1 - tape.NormalizationMomentum)));
    }

    private static Value Channels(Emitter emit, Value vector, long[] shape) =>
        emit.Reshape(vector, [shape[1], .. Enumerable.Repeat(1L, shape.Length - 2)]);

    private static float Epsilon(Node node) => node.Attributes.GetFloat("epsilon", 1e-5f);

    /// <summary>What a batch was normalised by.</summary>
    private sealed record BatchStatistics(Value Mean, Value Variance);
}
