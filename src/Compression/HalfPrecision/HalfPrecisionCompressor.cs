using Lineup.Compression.Onnx;

namespace Lineup.Compression.HalfPrecision;

/// <summary>
/// Makes half-precision variants. Plans first, which is what a dry run shows, then applies the plan to a copy. Weights beyond the range of
/// half precision are clamped and counted; whether the activations of a computed half graph stay in range, only pictures can tell.
/// </summary>
public static class HalfPrecisionCompressor
{
    /// <exception cref="InvalidModelException">A weight is NaN.</exception>
    public static HalfPrecisionPlan Plan(OnnxModel model, HalfPrecisionOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MinimumElements, 1, nameof(options));
        var floats = model.Graph.Initializers.Where(value => value.Type == ElementType.Float).ToArray();
        foreach (var value in floats)
            HalfConversion.RefuseNaN(value);
        return options.Mode == HalfPrecisionMode.Storage
            ? HalfStorage.Plan(floats, options.MinimumElements)
            : HalfArithmetic.Plan(model, floats);
    }

    /// <exception cref="InvalidModelException">A weight is NaN.</exception>
    /// <exception cref="UnsupportedModelException">Compute mode asks for more than the model tells: see the message.</exception>
    public static HalfPrecisionResult Compress(OnnxModel model, HalfPrecisionOptions? options = null)
    {
        var plan = Plan(model, options);
        var copy = model.Clone();
        if (plan.Mode == HalfPrecisionMode.Storage)
            HalfStorage.Apply(copy.Graph, plan);
        else
            HalfArithmetic.Apply(copy.Graph, plan);
        GraphValidator.Validate(copy);
        return new(copy, plan, WeightBytes(model), WeightBytes(copy));
    }

    private static long WeightBytes(OnnxModel model) => model.Graph.Initializers.Sum(value => (long)value.Data!.Bytes.Length);
}
