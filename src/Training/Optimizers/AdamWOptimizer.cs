using Lineup.Compression.Onnx;
using Lineup.Training.Gradients;

namespace Lineup.Training.Optimizers;

/// <inheritdoc cref="AdamWOptions"/>
internal sealed class AdamWOptimizer(AdamWOptions options) : Optimizer
{
    /// <summary>
    /// What is left of the start at zero, beta^t for step t, carried as a product: single precision holds it for any number of steps,
    /// which a count of steps as an exponent would not.
    /// </summary>
    private Value? _meanCorrection;

    private Value? _squareCorrection;

    protected override void Begin(UpdateWriter writer)
    {
        _meanCorrection = Correction(writer, "optimizer/beta1-power", options.Beta1);
        _squareCorrection = Correction(writer, "optimizer/beta2-power", options.Beta2);
    }

    protected override Value Next(UpdateWriter writer, WeightGradient gradient, bool decays)
    {
        var emit = writer.Emit;
        var mean = Running(writer, $"{gradient.Name}/mean", gradient, gradient.Gradient, options.Beta1);
        var square = Running(writer, $"{gradient.Name}/square", gradient, emit.Mul(gradient.Gradient, gradient.Gradient), options.Beta2);
        var root = emit.Op("Sqrt", emit.Div(square, _squareCorrection!));
        var direction = emit.Div(emit.Div(mean, _meanCorrection!), emit.Add(root, emit.Scalar(options.Epsilon)));
        if (decays && options.WeightDecay > 0)
            direction = emit.Add(direction, emit.Mul(gradient.Weight, options.WeightDecay));
        return emit.Sub(gradient.Weight, emit.Mul(direction, writer.Rate));
    }

    private static Value Correction(UpdateWriter writer, string name, double beta)
    {
        var power = writer.Emit.Mul(writer.Slot(name, TensorData.Scalar(1f)), writer.Emit.Scalar(beta));
        writer.Give(name, power);
        return writer.Emit.Sub(writer.Emit.Scalar(1), power);
    }

    private static Value Running(UpdateWriter writer, string name, WeightGradient gradient, Value sample, double beta)
    {
        var (emit, former) = (writer.Emit, writer.Slot(name, UpdateWriter.Zeros(gradient.Dims)));
        var next = emit.Add(emit.Mul(former, beta), emit.Mul(sample, 1 - beta));
        writer.Give(name, next);
        return next;
    }
}
