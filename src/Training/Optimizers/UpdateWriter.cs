using Lineup.Compression.Onnx;
using Lineup.Training.Gradients;

namespace Lineup.Training.Optimizers;

/// <summary>
/// What an optimiser writes its update with. Weights, gradients and slots are lists of numbers there, whatever their shape: the runtime
/// multiplies a tensor [960, 160, 1, 1] by a scalar one number at a time, a hundred times slower than a list (measured).
/// </summary>
/// <param name="Emit">Adds operators.</param>
/// <param name="Rate">The learning rate, a scalar.</param>
/// <param name="Slot">Makes a tensor that is carried from step to step, and gives its list: its name and first numbers.</param>
/// <param name="Give">Says what a carried tensor becomes.</param>
internal sealed record UpdateWriter(Emitter Emit, Value Rate, Func<string, TensorData, Value> Slot, Action<string, Value> Give)
{
    public static TensorData Zeros(params ReadOnlySpan<long> dims) => TensorData.Create<float, object?>(dims, null, static (_, _) => { });
}
