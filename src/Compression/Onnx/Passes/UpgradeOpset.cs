namespace Lineup.Compression.Onnx.Passes;

/// <summary>
/// Raises a model of operator set 7 to 12 to 13, the first in which QuantizeLinear has a scale for each channel. Only operators of image
/// classifiers whose meaning provably stays are raised; one that is not among them stops the pass by name. Wants shapes to be known
/// (<see cref="InferShapes"/>) for Softmax, the one operator that means something else in 13.
/// </summary>
public sealed class UpgradeOpset : IGraphPass
{
    public const int Target = 13;

    /// <summary>The first with broadcasting as it is now, and with Dropout and BatchNormalization that know inference alone.</summary>
    private const int Oldest = 7;

    /// <summary>The first version of the file format that goes with <see cref="Target"/>; initializers need not be inputs in it.</summary>
    private const int IrVersion = 7;

    /// <summary>Operators whose newer versions only add types, or attributes with defaults that keep the old meaning.</summary>
    private static readonly HashSet<string> Unchanged =
    [
        "Abs", "Add", "ArgMax", "ArgMin", "AveragePool", "Cast", "Ceil", "Concat", "Constant", "ConstantOfShape", "Conv", "ConvTranspose",
        "DepthToSpace", "DequantizeLinear", "Div", "Elu", "Erf", "Exp", "Expand", "Flatten", "Floor", "Gather", "Gemm", "GlobalAveragePool",
        "GlobalMaxPool", "HardSigmoid", "Identity", "InstanceNormalization", "LRN", "LeakyRelu", "Log", "MatMul", "Max", "MaxPool", "Mean",
        "Min", "Mul", "Neg", "PRelu", "Pow", "QuantizeLinear", "ReduceMax", "ReduceMean", "ReduceMin", "Relu", "Reshape", "Selu", "Shape",
        "Sigmoid", "Softplus", "Softsign", "SpaceToDepth", "Sqrt", "Sub", "Sum", "Tanh", "Transpose",
    ];

    public string Name => "upgrade the operator set";

    /// <exception cref="UnsupportedModelException">An operator is not known to mean the same.</exception>
    public PassResult Run(OnnxModel model)
    {
        var from = (int)model.Opset;
        if (from >= Target)
            return new(Name, [], []);
        if (from < Oldest)
        {
            throw new UnsupportedModelException(
                $"The model is of operator set {from}; {Oldest} is the oldest that can be brought to {Target}. Export it anew.");
        }

        // First all refusals, so that a model is either raised or as it was.
        var upgrades = model.Graph.Nodes.Where(IsStandard).Select(node => (Node: node, Upgrade: Plan(model, node, from))).ToArray();
        foreach (var (node, upgrade) in upgrades)
            upgrade?.Invoke(node);
        model.Opsets[model.Opsets.ContainsKey("") ? "" : OnnxModel.StandardDomain] = Target;
        model.IrVersion = Math.Max(model.IrVersion, IrVersion);
        var count = upgrades.Count(upgrade => upgrade.Upgrade is not null);
        return new(Name, [$"operator set {from} became {Target}; {count} nodes are written in its way"], []);
    }

    private static bool IsStandard(Node node) => node.Domain.Length == 0 || node.Domain == OnnxModel.StandardDomain;

    /// <summary>What makes the node one of the target's, or null where it is one already.</summary>
    private static Action<Node>? Plan(OnnxModel model, Node node, int from) => node.OpType switch
    {
        "BatchNormalization" when node.Attributes.GetInt("spatial", 1) == 1 && !HasMore(node) => node => node.Attributes.Remove("spatial"),
        "Dropout" when from < 12 && !HasMore(node) => node => node.Attributes.Remove("ratio"),
        "Dropout" when from == 12 => null,
        "Clip" => from < 11 ? ClipBounds : null,
        "Pad" => from < 11 ? PadInputs : null,
        "Slice" => from < 10 ? SliceInputs : null,
        "Squeeze" or "Unsqueeze" or "ReduceSum" => node => ListInput(node, "axes", 1),
        "Split" => node => ListInput(node, "split", 1),
        "Softmax" or "LogSoftmax" => SoftmaxAxis(node),
        _ when Unchanged.Contains(node.OpType) => null,
        _ => throw new UnsupportedModelException(
            $"{node} of operator set {model.Opset} is not known to mean the same in {Target}, which int8 needs. "
            + $"Export the model with operator set {Target} or later."),
    };

    /// <summary>Outputs beyond the first that somebody wants: training's.</summary>
    private static bool HasMore(Node node) => node.Outputs.Skip(1).Any(output => output is { Uses.Count: > 0 } or { IsGraphOutput: true });

    private static void ClipBounds(Node node)
    {
        Move("min", 1);
        Move("max", 2);

        void Move(string name, int index)
        {
            if (node.Attributes.Contains(name))
                node.SetInput(index, Constant(node, name, TensorData.Scalar(node.Attributes.GetFloat(name, 0))));
            node.Attributes.Remove(name);
        }
    }

    private static void PadInputs(Node node)
    {
        ListInput(node, "pads", 1);
        node.SetInput(2, Constant(node, "value", TensorData.Scalar(node.Attributes.GetFloat("value", 0))));
        node.Attributes.Remove("value");
    }

    private static void SliceInputs(Node node)
    {
        ListInput(node, "starts", 1);
        ListInput(node, "ends", 2);
        ListInput(node, "axes", 3);
    }

    private static void ListInput(Node node, string name, int index)
    {
        if (node.Attributes.GetInts(name) is { } values)
            node.SetInput(index, Constant(node, name, TensorData.Create(values.ToArray(), values.Count)));
        node.Attributes.Remove(name);
    }

    /// <summary>
    /// Before 13 all axes from the given one on were one axis. That is the same where at most one of them is longer than 1, which is then
    /// the axis.
    /// </summary>
    private static Action<Node> SoftmaxAxis(Node node)
    {
        var shape = node.Input(0)?.Dims ?? throw new UnsupportedModelException(
            $"{node} cannot be brought to operator set {Target}: the shape of what it reads is not known.");
        var axis = (int)node.Attributes.GetInt("axis", 1);
        if (axis < 0)
            axis += shape.Count;
        var together = Enumerable.Range(axis, shape.Count - axis).Where(i => shape[i].Size != 1).ToArray();
        if (together.Length > 1)
        {
            throw new UnsupportedModelException(
                $"{node} normalises over axes {string.Join(", ", together)} together, which operator set {Target} cannot say. "
                + "Export the model anew.");
        }

        return node => node.Attributes.Set("axis", together.Length == 1 ? together[0] : (long)Math.Min(axis, shape.Count - 1));
    }

    private static Value Constant(Node node, string role, TensorData data) =>
        node.Graph!.AddInitializer(node.Graph.UniqueName($"{node.Output.Name}.{role}"), data);
}
