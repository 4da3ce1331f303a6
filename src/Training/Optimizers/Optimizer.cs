using Lineup.Compression.Onnx;
using Lineup.Training.Gradients;

namespace Lineup.Training.Optimizers;

/// <summary>Adds to a step what moves its weights.</summary>
internal abstract class Optimizer
{
    public static Optimizer Of(OptimizerOptions options) => options switch
    {
        SgdOptions sgd => new SgdOptimizer(sgd),
        AdamWOptions adam => new AdamWOptimizer(adam),
        _ => throw new ArgumentException($"No optimiser goes with {options.GetType()}.", nameof(options)),
    };

    /// <param name="writer">What the update is written with.</param>
    /// <param name="gradients">All weights with their gradients.</param>
    /// <param name="scale">What gradients are multiplied by first; null for nothing.</param>
    /// <param name="keepZeros">Whether kernels keep exactly the zeros they start with.</param>
    public void Add(UpdateWriter writer, IReadOnlyList<WeightGradient> gradients, Value? scale, bool keepZeros)
    {
        Begin(writer);
        foreach (var gradient in gradients)
        {
            var kernel = Trainables.IsKernel(gradient.Model);
            var list = new WeightGradient(gradient.Model, writer.Emit.Reshape(gradient.Weight, -1), writer.Emit.Reshape(gradient.Gradient, -1));
            var scaled = scale is null ? list : list with { Gradient = writer.Emit.Mul(list.Gradient, scale) };
            var next = Next(writer, scaled, kernel);
            if (keepZeros && kernel && SparsityMask.Of(gradient.Model.Constant!) is { } mask)
                next = writer.Emit.Op("Where", writer.Emit.Constant(mask), next, writer.Emit.Scalar(0));
            writer.Give(gradient.Name, next);
        }
    }

    /// <summary>What is common to all weights of a step.</summary>
    protected virtual void Begin(UpdateWriter writer)
    {
    }

    /// <summary>The weight after the step, as a list.</summary>
    protected abstract Value Next(UpdateWriter writer, WeightGradient gradient, bool decays);
}
