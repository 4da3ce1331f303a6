using Lineup.Compression.Onnx;

namespace Lineup.Compression.HalfPrecision;

/// <summary>What is to become of each float32 tensor and, where the arithmetic is changed too, of each node; and why.</summary>
/// <param name="Mode">What is to be in half precision.</param>
/// <param name="Tensors">Every float32 initializer, in file order.</param>
/// <param name="Nodes">Every node in order, in compute mode; empty in storage mode.</param>
public sealed record HalfPrecisionPlan(
    HalfPrecisionMode Mode, IReadOnlyList<HalfPrecisionTensor> Tensors, IReadOnlyList<HalfPrecisionNode> Nodes)
{
    public IEnumerable<HalfPrecisionTensor> Converted => Tensors.Where(tensor => tensor.Converts);

    /// <summary>Weights that half precision cannot hold and that become its largest number.</summary>
    public int Clamped => Converted.Sum(tensor => tensor.Loss.Clamped);

    /// <summary>Weights that become zero and were not.</summary>
    public int Flushed => Converted.Sum(tensor => tensor.Loss.Flushed);
}

/// <param name="Name">The initializer's name.</param>
/// <param name="Elements">How many numbers it holds.</param>
/// <param name="Converts">Whether it becomes half precision.</param>
/// <param name="Reason">Why, or why not.</param>
/// <param name="Loss">What rounding does to it; nothing where it is not converted.</param>
public sealed record HalfPrecisionTensor(string Name, int Elements, bool Converts, string Reason, HalfLoss Loss);

/// <param name="Node">The node as messages show it.</param>
/// <param name="Converts">Whether it computes in half precision.</param>
/// <param name="Reason">Why, or why not.</param>
public sealed record HalfPrecisionNode(string Node, bool Converts, string Reason);

/// <summary>A half-precision variant and how it came about.</summary>
/// <param name="Model">The new model; the original is as it was.</param>
/// <param name="Plan">What was done.</param>
/// <param name="BytesBefore">Bytes of the original's initializers.</param>
/// <param name="BytesAfter">Bytes of the new model's initializers.</param>
public sealed record HalfPrecisionResult(OnnxModel Model, HalfPrecisionPlan Plan, long BytesBefore, long BytesAfter);
