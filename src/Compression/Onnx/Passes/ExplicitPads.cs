namespace Lineup.Compression.Onnx.Passes;

/// <summary>
/// Writes out the padding that convolutions and poolings leave to the runtime (auto_pad), as models from TensorFlow do, where the size of
/// what they read is known: SAME gives ceil(size / stride) positions, with the odd row of zeros at the end (SAME_UPPER) or the beginning.
/// </summary>
public sealed class ExplicitPads : IGraphPass
{
    public string Name => "write out padding";

    public PassResult Run(OnnxModel model)
    {
        var (done, left) = (new List<string>(), new List<string>());
        foreach (var node in model.Graph.Nodes.Where(node => node.Is("Conv") || node.Is("MaxPool") || node.Is("AveragePool")))
        {
            var mode = node.Attributes.GetText("auto_pad", "NOTSET");
            if (mode == "NOTSET")
                continue;
            if (Pads(node, mode) is not { } pads)
            {
                left.Add($"{node}: it has auto_pad {mode}, and the size of its input is not known");
                continue;
            }

            node.Attributes.Remove("auto_pad");
            node.Attributes.Set("pads", pads);
            done.Add($"{node}: {mode}");
        }

        return new(Name, done, left);
    }

    private static long[]? Pads(Node node, string mode)
    {
        var kernel = node.Attributes.GetInts("kernel_shape") ?? node.Input(1)?.Constant?.Dims[2..].ToArray();
        if (kernel is null)
            return null;
        var axes = kernel.Count;
        if (mode == "VALID")
            return new long[2 * axes];
        if (mode is not ("SAME_UPPER" or "SAME_LOWER") || node.Input(0)?.Dims is not { } dims || dims.Count != axes + 2)
            return null;
        var pads = new long[2 * axes];
        for (var axis = 0; axis < axes; axis++)
        {
            if (dims[axis + 2].Size is not { } size)
                return null;
            var stride = node.Attributes.GetInts("strides")?[axis] ?? 1;
            var dilation = node.Attributes.GetInts("dilations")?[axis] ?? 1;
            var positions = (size + stride - 1) / stride;
            var missing = Math.Max(0, ((positions - 1) * stride) + ((kernel[axis] - 1) * dilation) + 1 - size);
            var (less, more) = (missing / 2, missing - (missing / 2));
            (pads[axis], pads[axes + axis]) = mode == "SAME_UPPER" ? (less, more) : (more, less);
        }

        return pads;
    }
}
