using Lineup.Compression.Onnx;

namespace Lineup.Training.Optimizers;

/// <inheritdoc cref="SgdOptions"/>
internal sealed class SgdOptimizer(SgdOptions options) : Optimizer
{
    protected override Value Next(UpdateWriter writer, WeightGradient gradient, bool decays)
    {
        var emit = writer.Emit;
        var direction = gradient.Gradient;
        if (decays && options.WeightDecay > 0)
            direction = emit.Add(direction, emit.Mul(gradient.Weight, options.WeightDecay));
        if (options.Momentum > 0)
        {
            var name = $"{gradient.Name}/momentum";
            var velocity = emit.Add(emit.Mul(writer.Slot(name, UpdateWriter.Zeros(gradient.Dims)), options.Momentum), direction);
            writer.Give(name, velocity);
            direction = options.Nesterov ? emit.Add(direction, emit.Mul(velocity, options.Momentum)) : velocity;
        }

        return emit.Sub(gradient.Weight, emit.Mul(direction, writer.Rate));
    }
}
