namespace Lineup.Compression.Quantization;

/// <summary>What will be quantized, how, and why. Made from the graph and its calibration; carrying it out decides nothing more.</summary>
/// <param name="Method">How activation ranges are chosen.</param>
/// <param name="Activations">Activations that become uint8, in the order of the graph.</param>
/// <param name="Weights">Weights that become int8, in the order of the graph.</param>
/// <param name="FloatNodes">Nodes that stay in float, with the reason.</param>
public sealed record QuantizationPlan(
    RangeMethod Method,
    IReadOnlyList<PlannedActivation> Activations,
    IReadOnlyList<PlannedWeight> Weights,
    IReadOnlyList<FloatNode> FloatNodes);

/// <summary>One activation.</summary>
/// <param name="Tensor">Name of the tensor.</param>
/// <param name="Low">Smallest value that can be represented.</param>
/// <param name="High">Largest value that can be represented.</param>
/// <param name="Range">Scale and zero point.</param>
/// <param name="Why">Where the range comes from.</param>
public sealed record PlannedActivation(string Tensor, double Low, double High, ActivationRange Range, string Why);

/// <summary>One layer's weights.</summary>
/// <param name="Node">The layer.</param>
/// <param name="Channels">Output channels, each with a scale of its own.</param>
/// <param name="SmallestScale">The smallest of the scales.</param>
/// <param name="LargestScale">The largest of the scales.</param>
/// <param name="Why">Where the scales come from.</param>
/// <param name="BiasShift">Largest correction of a bias, in the units of the layer's output; null without correction.</param>
public sealed record PlannedWeight(string Node, int Channels, float SmallestScale, float LargestScale, string Why, double? BiasShift);

/// <summary>A node that computes in float.</summary>
/// <param name="Node">The node as messages show it.</param>
/// <param name="Output">Name of what it puts out.</param>
/// <param name="Why">The reason.</param>
public sealed record FloatNode(string Node, string Output, string Why);
