using Lineup.Compression.Onnx;

namespace Lineup.Compression.HalfPrecision;

/// <summary>Weights as half precision in the file, each with a Cast back to float32 in front of who reads it.</summary>
internal static class HalfStorage
{
    public static HalfPrecisionPlan Plan(IEnumerable<Value> floats, int minimumElements) =>
        new(HalfPrecisionMode.Storage, [.. floats.Select(value => Plan(value, minimumElements))], []);

    public static void Apply(Graph graph, HalfPrecisionPlan plan)
    {
        var values = graph.Initializers.ToDictionary(value => value.Name);
        var position = 0;
        foreach (var tensor in plan.Converted)
        {
            // Casts stand at the very front, in the order of the weights: where they stand means nothing, but it must be the same always.
            var weight = values[tensor.Name];
            var half = HalfConversion.Convert(weight);
            var cast = HalfCast.Create(graph, weight, ElementType.Float);
            weight.RedirectUses(cast.Output);
            graph.Insert(position++, cast);
            weight.SetData(half);
        }
    }

    private static HalfPrecisionTensor Plan(Value value, int minimumElements)
    {
        var elements = value.Data!.ElementCount;
        var refusal = value switch
        {
            { IsGraphInput: true } => "a caller may replace it",
            { IsGraphOutput: true } => "it is an output of the model",
            { Uses.Count: 0 } => "nothing reads it",
            _ when elements < minimumElements => $"fewer than {minimumElements} elements",
            _ when value.Uses.Any(use => use.Node.Is("BatchNormalization")) => "BatchNormalization divides by it; fold it first",
            _ => null,
        };
        return refusal is null
            ? new(value.Name, elements, true, "weights", HalfConversion.Measure(value.Data.AsSpan<float>()))
            : new(value.Name, elements, false, refusal, HalfLoss.None);
    }
}
