using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>
/// The largest in a window: the gradient goes to the place it came from. Windows that lie side by side are compared with their largest
/// number, repeated, and places that are equally large share the gradient; elsewhere the operator itself tells the place, which costs
/// a pass that adds number by number.
/// </summary>
internal sealed class MaxPoolRule : IGradientRule
{
    public string Operator => "MaxPool";

    public string? Refusal(Node node) => ConvGeometry.Refusal(node)
        ?? (node.Attributes.GetInt("storage_order", 0) != 0 ? "places counted by column (storage_order) cannot be trained through" : null);

    public void Forward(Node node, Tape tape)
    {
        var input = tape.Step(node.Inputs[0]!);
        if (ConvGeometry.OfPool(node).TilesExactly)
        {
            var largest = tape.Emit.Op("MaxPool", [input], node.CopyAttributesTo);
            tape.Bind(node.Output, largest);
            tape.Remember(node, new Kept(input, largest, null));
            return;
        }

        var outputs = tape.Emit.Ops("MaxPool", 2, [input], node.CopyAttributesTo);
        tape.Bind(node.Output, outputs[0]);
        tape.Remember(node, new Kept(input, outputs[0], outputs[1]));
    }

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var kept = tape.Recall<Kept>(node);
        var shape = Tape.Shape(node.Inputs[0]!);
        tape.Accumulate(node.Inputs[0]!, kept.Places is null
            ? Compared(tape.Emit, ConvGeometry.OfPool(node), kept, gradient)
            : Scattered(tape.Emit, shape, kept.Places, gradient));
    }

    private static Value Compared(Emitter emit, ConvGeometry geometry, Kept kept, Value gradient)
    {
        var chosen = StepFunction.Zero(emit, emit.Sub(kept.Input, Repeated(kept.Largest)));
        var mean = emit.Op("AveragePool", [chosen], attributes =>
        {
            attributes.Set("kernel_shape", geometry.KernelHeight, geometry.KernelWidth);
            attributes.Set("strides", geometry.KernelHeight, geometry.KernelWidth);
        });
        var share = emit.Div(emit.Mul(gradient, 1d / (geometry.KernelHeight * geometry.KernelWidth)), mean);
        return emit.Mul(chosen, Repeated(share));

        Value Repeated(Value value) => emit.Op(
            "Resize", [value, null, emit.Constant(TensorData.Create<float>([1, 1, geometry.KernelHeight, geometry.KernelWidth], 4))], attributes =>
            {
                attributes.Set("mode", "nearest");
                attributes.Set("coordinate_transformation_mode", "asymmetric");
                attributes.Set("nearest_mode", "floor");
            });
    }

    private static Value Scattered(Emitter emit, IReadOnlyList<long> shape, Value places, Value gradient)
    {
        var count = shape.Aggregate(1L, (product, side) => product * side);
        var scattered = emit.Op("ScatterElements", [emit.Filled(0, count), emit.Reshape(places, -1), emit.Reshape(gradient, -1)], attributes =>
        {
            attributes.Set("axis", 0);
            attributes.Set("reduction", "add");
        });
        return emit.Reshape(scattered, [.. shape]);
    }

    private sealed record Kept(Value Input, Value Largest, Value? Places);
}
