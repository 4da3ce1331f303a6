using Lineup.Compression.Onnx;
using Lineup.Training.Gradients;

namespace Lineup.Training.Losses;

/// <summary>
/// Cross-entropy of a softmax at temperature T against target probabilities q [N, K]: weight x T^2 x mean over pictures of
/// -sum q log softmax(z / T). Labels, smoothed labels, mixed pictures and a teacher's answers are all such targets. The gradient is
/// weight x T / N x (softmax(z / T) sum(q) - q).
/// </summary>
internal sealed class SoftmaxCrossEntropy(double temperature, double weight)
{
    /// <summary>What the model's output is the softmax of, or the output itself where it is logits.</summary>
    public static Value Logits(Value output)
    {
        while (output.Producer is { } producer && (producer.Is("Softmax") || producer.Is("Identity")))
            output = producer.Inputs[0]!;
        return output;
    }

    /// <summary>Adds the loss, a scalar, and starts the way back with its gradient.</summary>
    public Value Add(Tape tape, Value logits, Value targets, out Value correct)
    {
        var (emit, shape) = (tape.Emit, Tape.Shape(logits));
        var (batch, classes) = (shape[0], shape[1..].Aggregate(1L, (product, side) => product * side));
        var scores = shape.Length == 2 ? tape.Step(logits) : emit.Reshape(tape.Step(logits), batch, classes);
        correct = Correct(emit, scores, targets);

        var logs = emit.Op("LogSoftmax", [emit.Mul(scores, 1 / temperature)], node => node.Set("axis", 1));
        var loss = emit.Mul(emit.Sum(emit.Mul(targets, logs), false, 0, 1), -weight * temperature * temperature / batch);
        var mass = emit.Sum(targets, true, 1);
        var error = emit.Sub(emit.Mul(emit.Op("Exp", logs), mass), targets);
        var gradient = emit.Mul(error, weight * temperature / batch);
        tape.Accumulate(logits, shape.Length == 2 ? gradient : emit.Reshape(gradient, shape));
        return loss;
    }

    private static Value Correct(Emitter emit, Value scores, Value targets)
    {
        var equal = emit.Op("Equal", Highest(scores), Highest(targets));
        var count = emit.Op("Cast", [equal], node => node.Set("to", (long)ElementType.Float));
        return emit.Sum(count, false, 0);

        Value Highest(Value rows) => emit.Op("ArgMax", [rows], node =>
        {
            node.Set("axis", 1);
            node.Set("keepdims", 0);
        });
    }
}
