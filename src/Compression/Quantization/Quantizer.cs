using System.Numerics.Tensors;
using Lineup.Compression.Answers;
using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.ModelRepository.Manifests;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Quantization;

/// <summary>
/// Makes an int8 model: static ranges from calibration pictures, uint8 asymmetric activations, int8 symmetric weights with a scale for
/// each output channel, int32 biases. What is done where, and why, is in the plan.
/// </summary>
public sealed class Quantizer
{
    private static readonly RangeMethod[] AllMethods = Enum.GetValues<RangeMethod>();

    private readonly OnnxModel _model;
    private readonly CalibrationPictures _pictures;
    private readonly ModelOutput _output;
    private readonly QuantizationOptions _options;
    private readonly QuantizationPoints _points;
    private readonly Dictionary<Node, bool> _liesOnGrid;

    /// <param name="model">The original. It is not changed; its canonical form in an operator set that can say it is quantized.</param>
    /// <param name="pictures">Pictures like those the model will see.</param>
    /// <param name="output">What the model's scores are.</param>
    /// <param name="options">What the caller decides.</param>
    /// <exception cref="UnsupportedModelException">An operator cannot be brought to the operator set that int8 needs.</exception>
    public Quantizer(OnnxModel model, CalibrationPictures pictures, ModelOutput output, QuantizationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TrialPictures, 1, nameof(options));
        (_model, _pictures, _output, _options) = (Prepare(model, pictures.Input.Shape), pictures, output, options);
        _points = new(_model.Graph);
        _liesOnGrid = _points.LayersWithWeights.ToDictionary(node => node, node =>
        {
            var weights = new LayerWeights(node);
            if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(weights.Rows)))
                throw new InvalidModelException($"{node} has weights that are not finite.");
            var (_, origins) = WeightScales.Choose(weights.Rows, weights.Channels, options.LargestWeight);
            return origins.All(origin => origin != ScaleOrigin.AbsoluteMaximum);
        });
    }

    /// <summary>Calibrates, tries range methods, and builds the model.</summary>
    /// <exception cref="UnsupportedModelException">There is nothing to quantize.</exception>
    /// <exception cref="InvalidModelException">The model gives numbers that are not finite, or ONNX Runtime refuses it.</exception>
    public QuantizationResult Run(IProgress<QuantizationProgress>? progress, CancellationToken cancellationToken)
    {
        if (_points.LayersWithWeights.Count == 0)
        {
            throw new UnsupportedModelException(
                "The model has no Conv, Gemm or MatMul with constant float weights, so there is nothing to quantize.");
        }

        var watched = _points.Points.Select(point => point.Value)
            .Concat(_points.LayersWithWeights.Select(node => node.Inputs[0]!))
            .Distinct()
            .ToArray();
        var recorded = new Relay<int>(done => progress?.Report(new("calibrating", done, _pictures.Count)));
        var statistics = ActivationRecorder.Record(_model, watched, _pictures, recorded, cancellationToken);
        var factors = _options.Equalization
            ? DepthwiseEqualizer.Factors(_points, statistics, node => _liesOnGrid[node])
            : [];
        RangeMethod[] methods = _options.Range is { } chosen ? [chosen] : AllMethods;
        var ranges = methods.ToDictionary(method => method, method => Ranges(statistics, factors, method));
        var layers = QuantizeLayers(statistics, factors, value => ranges.Values.Min(of => of[value].Scale));

        var answers = new ReferenceAnswers(_model, _pictures.Take(_options.TrialPictures), _output, cancellationToken);
        var trials = new List<RangeTrial>();
        var (best, winner) = ((OnnxModel?)null, (RangeTrial?)null);
        foreach (var method in methods)
        {
            progress?.Report(new("trying range methods", trials.Count, methods.Length));
            var candidate = QuantizedModelBuilder.Build(_model, _points.Points, layers, value => ranges[method][value]);
            var divergence = answers.Compare(candidate, GraphOptimizationLevel.ORT_ENABLE_ALL, cancellationToken);
            trials.Add(new(method, divergence));
            if (divergence.IsFinite && (winner is null || divergence.Kl < winner.Divergence.Kl))
                (best, winner) = (candidate, trials[^1]);
        }

        if (best is null || winner is null)
            throw new InvalidModelException("Quantized, the model gives scores that are not finite, whatever the ranges.");
        var sensitivity = !_options.Sensitivity ? [] : SensitivityAnalysis.Run(
            _model, _points, layers, ranges[winner.Method], _options.LargestWeight, answers, progress, cancellationToken);
        var fused = FusedGraphInspector.Inspect(best, _points.FloatNodes);
        return new(best, Plan(ranges[winner.Method], factors, layers, winner.Method), trials, sensitivity, fused);
    }

    /// <summary>The canonical form, with biases where they belong, in operator set 13: per-channel scales need it.</summary>
    private static OnnxModel Prepare(OnnxModel model, long[] inputShape)
    {
        var copy = model.Clone();
        var shapes = copy.Graph.Inputs.Where(input => input.Data is null).ToDictionary(input => input.Name, _ => inputShape);
        IGraphPass[] passes = [.. PassPipeline.Canonical(shapes).Passes, new UpgradeOpset(), new MatMulToGemm(), new FoldBias()];
        new PassPipeline(passes) { InputShapes = shapes }.Run(copy);
        return copy;
    }

    private List<QuantizedLayer> QuantizeLayers(
        Dictionary<Value, TensorStatistics> statistics, Dictionary<Value, float[]> factors, Func<Value, float> smallestScale)
    {
        var layers = new List<QuantizedLayer>();
        foreach (var node in _points.LayersWithWeights)
        {
            var weights = new LayerWeights(node);
            var input = node.Inputs[0]!;
            if (factors.GetValueOrDefault(input) is { } divided)
                DepthwiseEqualizer.ScaleInputs(weights, divided);
            if (node.Output.Uses is [var use] && factors.GetValueOrDefault(use.Node.Output) is { } multiplied)
                DepthwiseEqualizer.ScaleOutputs(weights, multiplied);

            // A MatMul has no room for a bias, and its channels are not on axis 1.
            var correct = _options.BiasCorrection && !node.Is("MatMul")
                && statistics[input].Channels == weights.Groups * weights.InputsPerGroup;
            Func<int, double>? mean = correct
                ? channel => statistics[input].ChannelMean(channel) * (factors.GetValueOrDefault(input)?[channel] ?? 1)
                : null;
            layers.Add(QuantizedLayer.From(weights, _options.LargestWeight, mean, smallestScale(input)));
        }

        return layers;
    }

    private Dictionary<Value, ActivationRange> Ranges(
        Dictionary<Value, TensorStatistics> statistics, Dictionary<Value, float[]> factors, RangeMethod method) =>
        _points.Points.ToDictionary(point => point.Value, point => factors.ContainsKey(point.Value)
            ? ActivationRange.Between(0, statistics[point.Value].Max)
            : ActivationRange.For(statistics[point.SameAs ?? point.Value], method));

    private QuantizationPlan Plan(
        Dictionary<Value, ActivationRange> ranges, Dictionary<Value, float[]> factors, List<QuantizedLayer> layers, RangeMethod method)
    {
        var activations = _points.Points.Select(point =>
        {
            var range = ranges[point.Value];
            var why = point.SameAs is { } same
                ? $"moves the values of {same.Name}"
                : factors.ContainsKey(point.Value)
                    ? "channels are equalised into the depthwise layer that follows"
                    : $"{method} over {_pictures.Count} pictures";
            if (point.Activation is { } activation)
                why += $"; takes over {activation.OpType}";
            var (low, high) = (-range.ZeroPoint * range.Scale, (255 - range.ZeroPoint) * range.Scale);
            return new PlannedActivation(point.Value.Name, low, high, range, why);
        });
        return new(method, [.. activations], [.. layers.Select(Describe)], _points.FloatNodes);
    }

    private static PlannedWeight Describe(QuantizedLayer layer)
    {
        var onGrid = layer.Origins.Count(origin => origin is ScaleOrigin.TensorGrid or ScaleOrigin.ChannelGrid);
        var why = layer.Origins[0] == ScaleOrigin.TensorGrid
            ? "the tensor lies on a grid of that step"
            : onGrid > 0
                ? $"{onGrid} of {layer.Origins.Length} channels lie on grids of their own, the rest from their largest weight"
                : "largest weight of each channel";
        return new(layer.Node.ToString(), layer.Weights.Channels, layer.Scales.Min(), layer.Scales.Max(), why, layer.BiasShift);
    }

    private sealed class Relay<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}

/// <summary>How far quantization is.</summary>
public readonly record struct QuantizationProgress(string Stage, int Done, int Total);

/// <summary>What a range method gave on the trial pictures.</summary>
public sealed record RangeTrial(RangeMethod Method, Divergence Divergence);

/// <summary>An int8 model and how it came about.</summary>
/// <param name="Model">The model.</param>
/// <param name="Plan">What was quantized and why.</param>
/// <param name="Trials">The range methods that were tried.</param>
/// <param name="Sensitivity">What each layer alone costs, worst first; empty unless asked for.</param>
/// <param name="Fused">What ONNX Runtime makes of the model on this machine.</param>
public sealed record QuantizationResult(
    OnnxModel Model,
    QuantizationPlan Plan,
    IReadOnlyList<RangeTrial> Trials,
    IReadOnlyList<LayerSensitivity> Sensitivity,
    FusedGraph Fused);
