using Lineup.Compression.Onnx;

namespace Lineup.Compression.Quantization;

/// <summary>How far quantization is.</summary>
public readonly record struct QuantizationProgress(string Stage, int Done, int Total);

/// <summary>An int8 model and how it came about.</summary>
/// <param name="Model">The model.</param>
/// <param name="Plan">What was quantized and why.</param>
/// <param name="Trials">The range methods that were tried.</param>
/// <param name="Sensitivity">What leaving each layer alone in float would gain, most first; empty unless asked for.</param>
/// <param name="Fused">What ONNX Runtime makes of the model on this machine.</param>
public sealed record QuantizationResult(
    OnnxModel Model,
    QuantizationPlan Plan,
    IReadOnlyList<RangeTrial> Trials,
    IReadOnlyList<LayerSensitivity> Sensitivity,
    FusedGraph Fused);
