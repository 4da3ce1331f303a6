using Lineup.Compression.Onnx;

namespace Lineup.Training.Optimizers;

/// <summary>A weight and its gradient.</summary>
/// <param name="Model">The weight in the model.</param>
/// <param name="Weight">Its present numbers in the step.</param>
/// <param name="Gradient">Of the loss, before clipping.</param>
internal sealed record WeightGradient(Value Model, Value Weight, Value Gradient)
{
    public string Name => Model.Name;

    public long[] Dims => Model.Constant!.Dims.ToArray();
}
