using System.Globalization;
using Lineup.Compression.Hardware;
using Lineup.Compression.Onnx;
using Lineup.Compression.Quantization;

namespace Lineup.Compression.Building;

/// <summary>Makes an int8 model of a float one, or only plans it, and says in words what was decided.</summary>
internal static class Int8Recipe
{
    public static Draft Make(RecipeContext context, OnnxModel model)
    {
        var result = Quantize(context, model);
        return new(result.Model, "int8", [.. Steps(context, result)], [.. Describe(result)]);
    }

    /// <summary>Ranges, and what ONNX Runtime fuses, are known only once pictures have gone through: so they do.</summary>
    public static IReadOnlyList<string> Plan(RecipeContext context)
    {
        var result = Quantize(context, context.Original);
        return [.. Steps(context, result), .. Describe(result), "(The pictures were run to find the ranges; nothing was verified or written.)"];
    }

    /// <summary>What should be known about int8 on such a processor; null if nothing.</summary>
    /// <param name="features">Of the processor, as <see cref="Cpu"/> names them.</param>
    /// <param name="reducedRange">Whether weights keep within -63..63.</param>
    internal static string? Advice(IReadOnlyCollection<string> features, bool reducedRange) =>
        !reducedRange && features.Contains("avx2") && !features.Any(feature => feature is "avx_vnni" or "avx512_vnni" or "amx_int8")
            ? "this processor has no VNNI and sums int8 products in 16 bits, which may saturate: compare with --reduce-range"
            : null;

    private static QuantizationResult Quantize(RecipeContext context, OnnxModel model)
    {
        var progress = new Relay<QuantizationProgress>(value => context.Report(value.Stage, value.Done, value.Total));
        return new Quantizer(model, context.Pictures!, context.Output, context.Request.Quantization).Run(progress, context.CancellationToken);
    }

    private static IEnumerable<string> Steps(RecipeContext context, QuantizationResult result)
    {
        var floats = result.Fused.FloatNodes.Count;
        yield return $"int8: {result.Plan.Weights.Count} layers, {result.Plan.Activations.Count} activations; "
            + (floats == 0 ? "nothing runs in float" : $"{floats} nodes run in float");
        var trials = string.Join(", ", result.Trials.Select(trial => $"{trial.Method} {Number(trial.Divergence.Kl)}"));
        yield return $"ranges: {result.Plan.Method}, of mean divergences {trials}" + (WhyNotLeast(result) is { } why ? $"; {why}" : "");
        if (context.Request.Quantization.ReducedRange)
            yield return "weights within -63..63";
        if (context.Request.Quantization.KeepFloat is { Count: > 0 } kept)
            yield return $"kept in float: {string.Join(", ", kept)}";
        if (Advice(Cpu.Current.Features, context.Request.Quantization.ReducedRange) is { } advice)
            yield return advice;
    }

    private static string? WhyNotLeast(QuantizationResult result)
    {
        var taken = result.Trials.Single(trial => trial.Method == result.Plan.Method);
        return taken.Excess > 0
            ? $"it exceeds the least by {Number(taken.Excess)}, which is within the standard error of {Number(taken.ExcessError)}, and clips less"
            : null;
    }

    private static IEnumerable<string> Describe(QuantizationResult result) =>
        result.Plan.Activations.Select(one => $"{one.Tensor}: uint8, {Number(one.Low)} to {Number(one.High)}: {one.Why}")
            .Concat(result.Plan.Weights.Select(one =>
                $"{one.Node}: int8, {one.Channels} scales from {Number(one.SmallestScale)} to {Number(one.LargestScale)}: {one.Why}"))
            .Concat(result.Plan.FloatNodes.Select(one => $"{one.Node}: float: {one.Why}"))
            .Append($"ONNX Runtime will run here: {string.Join(", ", result.Fused.Operators.Select(one => $"{one.Count} {one.OpType}"))}")
            .Concat(result.Fused.FloatNodes.Select(one => $"ONNX Runtime will run {one.Node} in float: {one.Why}"))
            .Concat(result.Sensitivity.Select((one, i) =>
                $"sensitivity {i + 1}: {one.Node}: in float the divergence would fall by {Number(one.Gain)} +- {Number(one.GainError)}, to {Number(one.Rest.Kl)}"));

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
