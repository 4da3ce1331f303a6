namespace Lineup.Compression.Onnx.Passes;

/// <summary>
/// Folds BatchNormalization into the Conv or Gemm before it, computing in double: a channel's gain g = scale / sqrt(variance + epsilon)
/// multiplies its weights, and its bias becomes (bias - mean) g + shift.
/// </summary>
public sealed class FoldBatchNormalization : IGraphPass
{
    public string Name => "fold batch normalization";

    public PassResult Run(OnnxModel model)
    {
        var (done, left) = (new List<string>(), new List<string>());
        foreach (var node in model.Graph.Nodes.Where(node => node.Is("BatchNormalization")).ToArray())
        {
            if (Plan(model, node, out var fold) is { } reason)
            {
                left.Add($"{node}: {reason}");
                continue;
            }

            done.Add($"{node} into {fold!.Into}");
            fold.Apply(model.Graph);
        }

        return new(Name, done, left);
    }

    /// <summary>Null and a fold that can be applied, or why there is none.</summary>
    private static string? Plan(OnnxModel model, Node norm, out Fold? fold)
    {
        fold = null;
        if (norm.Attributes.GetInt("training_mode", 0) != 0 || norm.Attributes.GetInt("spatial", 1) == 0)
            return "it is in training mode or not a channel";
        if (norm.Outputs.Skip(1).Any(output => output is { Uses.Count: > 0 } or { IsGraphOutput: true }))
            return "its statistics are read";
        if (norm.Input(0)?.Producer is not { } into)
            return "nothing comes before it";
        if (!into.Is("Conv") && !into.Is("Gemm"))
            return $"{into} comes before it, and that is no Conv or Gemm";
        if (into.Output.Uses.Count > 1 || into.Output.IsGraphOutput)
            return $"what {into} makes is read elsewhere too";
        if (into.Input(1)?.Constant is not { ElementType: ElementType.Float } weight)
            return $"the weights of {into} are not constant float32";
        if (into.Is("Gemm") && model.Opset < 7)
            return $"{into} is of an operator set before 7, whose bias does not broadcast";

        // Where the channel is among the weight's axes.
        var axis = into.Is("Gemm") && into.Attributes.GetInt("transB", 0) == 0 ? 1 : 0;
        var channels = (int)weight.Dims[axis];
        if (Statistics(norm, channels) is not var (gain, mean, shift))
            return "its parameters are not constant, or their number is not that of the channels, or they are not finite";
        if (Bias(into, channels) is not { } bias)
            return $"the bias of {into} is not constant, or not one a channel";

        for (var c = 0; c < channels; c++)
            bias[c] = ((bias[c] - mean[c]) * gain[c]) + shift[c];
        var (newWeight, newBias) = (Scale(weight, axis, gain), Array.ConvertAll(bias, value => (float)value));
        if (!Array.TrueForAll(newWeight, float.IsFinite) || !Array.TrueForAll(newBias, float.IsFinite))
            return "the result does not fit float32";
        fold = new(norm, into, TensorData.Create(newWeight, weight.Dims), TensorData.Create(newBias, channels));
        return null;
    }

    private static (double[] Gain, double[] Mean, double[] Shift)? Statistics(Node norm, int channels)
    {
        var parameters = norm.Inputs.Skip(1).Take(4).Select(input => input?.Constant).ToArray();
        if (parameters.Length < 4 || parameters.Any(data => data?.ElementCount != channels || !data.ElementType.IsFloatingPoint()))
            return null;
        var (scale, shift, mean, variance) =
            (parameters[0]!.ToDoubles(), parameters[1]!.ToDoubles(), parameters[2]!.ToDoubles(), parameters[3]!.ToDoubles());
        var epsilon = norm.Attributes.GetFloat("epsilon", 1e-5f);
        var gain = scale.Zip(variance, (s, v) => s / Math.Sqrt(v + epsilon)).ToArray();
        return Array.TrueForAll(gain, double.IsFinite) ? (gain, mean, shift) : null;
    }

    /// <summary>The bias as it acts, one a channel: zeros where there is none, times beta for a Gemm. Null if not known.</summary>
    private static double[]? Bias(Node into, int channels)
    {
        if (into.Input(2) is not { } input)
            return new double[channels];
        if (input.Constant is not { ElementType: ElementType.Float } data)
            return null;
        var beta = into.Is("Gemm") ? into.Attributes.GetFloat("beta", 1) : 1;
        var values = Array.ConvertAll(data.ToDoubles(), value => value * beta);
        if (values.Length == 1)
            return [.. Enumerable.Repeat(values[0], channels)];
        return values.Length == channels && data.Dims[^1] == channels ? values : null;
    }

    private static float[] Scale(TensorData weight, int axis, double[] gain)
    {
        var scaled = weight.ToArray<float>();
        var inner = 1;
        foreach (var dim in weight.Dims[(axis + 1)..])
            inner *= (int)dim;
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = (float)(scaled[i] * gain[i / inner % gain.Length]);
        return scaled;
    }

    private sealed record Fold(Node Norm, Node Into, TensorData Weight, TensorData Bias)
    {
        public void Apply(Graph graph)
        {
            Set(graph, 1, Weight, "weight");
            Set(graph, 2, Bias, "bias");
            Into.Attributes.Remove("beta");
            graph.TryReplace(Norm.Output, Into.Output);
            graph.Remove(Norm);
            foreach (var parameter in Norm.Inputs)
                graph.RemoveIfUnused(parameter);
        }

        /// <summary>Changes an initializer where it is this node's alone, otherwise gives the node one of its own.</summary>
        private void Set(Graph graph, int input, TensorData data, string role)
        {
            if (Into.Input(input) is { Data: not null, Uses.Count: 1, IsGraphInput: false } own)
            {
                own.SetData(data);
                return;
            }

            var former = Into.Input(input);
            var stem = former?.Name ?? $"{(Into.Name.Length > 0 ? Into.Name : Into.Output.Name)}.{role}";
            Into.SetInput(input, graph.AddInitializer(graph.UniqueName(stem), data));
            graph.RemoveIfUnused(former);
        }
    }
}
