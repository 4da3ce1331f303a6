using Lineup.Compression.Onnx;

namespace Lineup.Training.Optimizers;

/// <summary>Where a weight is not zero.</summary>
internal static class SparsityMask
{
    /// <summary>A list of booleans, or null where nothing is zero.</summary>
    public static TensorData? Of(TensorData weight)
    {
        var mask = Array.ConvertAll(weight.ToArray<float>(), value => value != 0);
        return mask.Contains(false) ? TensorData.Create(mask, mask.Length) : null;
    }
}
