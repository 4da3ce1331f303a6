using Lineup.Compression.Onnx;

namespace Lineup.Training.Retraining;

/// <summary>Where a model's kernels are zero: what pruning took away must stay away.</summary>
internal static class KeptZeros
{
    /// <summary>Zeros among the numbers of all kernels, and how many numbers there are.</summary>
    public static (long Zeros, long All) Count(OnnxModel model) => Kernels(model).Aggregate(
        (Zeros: 0L, All: 0L), (sum, kernel) => (sum.Zeros + Zeros(kernel.Data!).Count(isZero => isZero), sum.All + kernel.Data!.ElementCount));

    /// <summary>Names of kernels that are no longer zero somewhere where they were; empty where all zeros were kept.</summary>
    public static IReadOnlyList<string> Lost(OnnxModel before, OnnxModel after)
    {
        var kernels = Kernels(after).ToDictionary(kernel => kernel.Name);
        return
        [
            .. Kernels(before)
                .Where(kernel => !kernels.TryGetValue(kernel.Name, out var other)
                    || Zeros(kernel.Data!).Zip(Zeros(other.Data!)).Any(pair => pair is { First: true, Second: false }))
                .Select(kernel => kernel.Name),
        ];
    }

    /// <summary>Constants of two dimensions or more that a layer multiplies by, behind a DequantizeLinear or not.</summary>
    private static IEnumerable<Value> Kernels(OnnxModel model) => model.Graph.Initializers.Where(value => value.Data!.Rank >= 2
        && value.Data.ElementType is ElementType.Float or ElementType.Int8
        && value.Uses.SelectMany(use => use.Node.Is("DequantizeLinear") ? use.Node.Output.Uses : [use])
            .Any(use => use.Node.Is("Conv") || use.Node.Is("Gemm") || use.Node.Is("MatMul")));

    private static bool[] Zeros(TensorData data) => data.ElementType == ElementType.Int8
        ? Array.ConvertAll(data.ToArray<sbyte>(), value => value == 0)
        : Array.ConvertAll(data.ToArray<float>(), value => value == 0);
}
