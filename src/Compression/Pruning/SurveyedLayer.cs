using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>What the survey found out about one layer that is to lose weights.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Traces">What removing weights costs.</param>
/// <param name="Moments">Of its inputs and outputs in the original model.</param>
/// <param name="Equations">Made of these.</param>
/// <param name="Activated">What the clamp behind it lets through; null without one.</param>
internal sealed record SurveyedLayer(
    PrunableLayer Layer, RowTraces Traces, Moments Moments, NormalEquations Equations, ActivationMoments? Activated);
