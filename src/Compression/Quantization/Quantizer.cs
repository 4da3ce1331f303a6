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
    private readonly CalibrationPictures _views;
    private readonly ModelOutput _output;
    private readonly QuantizationOptions _options;
    private readonly IReadOnlySet<Node> _kept;
    private readonly QuantizationPoints _points;
    private readonly Dictionary<Node, bool> _liesOnGrid;

    /// <param name="model">The original. It is not changed; its canonical form in an operator set that can say it is quantized.</param>
    /// <param name="pictures">Pictures like those the model will see.</param>
    /// <param name="output">What the model's scores are.</param>
    /// <param name="options">What the caller decides.</param>
    /// <exception cref="ArgumentException">The options cannot be followed.</exception>
    /// <exception cref="UnsupportedModelException">An operator cannot be brought to the operator set that int8 needs.</exception>
    public Quantizer(OnnxModel model, CalibrationPictures pictures, ModelOutput output, QuantizationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TrialViews ?? 1, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SensitivityPictures, 1, nameof(options));
        (_model, _pictures, _output, _options) = (Prepare(model, pictures.Input.Shape), pictures, output, options);
        _views = options.ExtraViews ? pictures.WithSecondViews() : pictures;
        _kept = KeptLayers.Find(_model.Graph, options.KeepFloat);
        _points = new(_model.Graph, _kept);
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
        var recorded = new Relay<int>(done => progress?.Report(new("calibrating", done, _views.Count)));
        var statistics = ActivationRecorder.Record(_model, watched, _views, recorded, cancellationToken);
        var factors = Factors(_points, statistics);
        RangeMethod[] methods = _options.Range is { } chosen ? [chosen] : AllMethods;
        var ranges = methods.ToDictionary(method => method, method => Ranges(_points, statistics, factors, method));
        var layers = QuantizeLayers(_points, statistics, factors, value => ranges.Values.Min(of => of[value].Scale));
        var (best, trials, method) = TryRanges(layers, ranges, statistics, progress, cancellationToken);
        var sensitivity = _options.Sensitivity ? RankLayers(best, statistics, method, progress, cancellationToken) : [];
        var fused = FusedGraphInspector.Inspect(best, _points.FloatNodes);
        return new(best, Plan(ranges[method], factors, layers, method), trials, sensitivity, fused);
    }

    private (OnnxModel Best, IReadOnlyList<RangeTrial> Trials, RangeMethod Method) TryRanges(
        List<QuantizedLayer> layers,
        Dictionary<RangeMethod, Dictionary<Value, ActivationRange>> ranges,
        Dictionary<Value, TensorStatistics> statistics,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var answers = new ReferenceAnswers(_model, _views.Take(_options.TrialViews ?? _views.Count), _output, cancellationToken);
        var (trials, differences) = (new List<RangeTrial>(), new List<AnswerDifference[]>());
        foreach (var method in ranges.Keys)
        {
            progress?.Report(new("trying range methods", trials.Count, ranges.Count));
            differences.Add(answers.CompareEach(Build(method), GraphOptimizationLevel.ORT_ENABLE_ALL, cancellationToken));
            trials.Add(new(method, Divergence.Of(differences[^1]), Kept(ranges[method], statistics)));
        }

        var (compared, taken) = RangeChoice.Choose(trials, differences);
        var winner = compared[taken ?? throw new InvalidModelException("Quantized, the model gives scores that are not finite, whatever the ranges.")];
        return (Build(winner.Method), compared, winner.Method);

        OnnxModel Build(RangeMethod method) =>
            QuantizedModelBuilder.Build(_model, _points.Points, layers, _kept, value => ranges[method][value]);
    }

    private IReadOnlyList<LayerSensitivity> RankLayers(
        OnnxModel quantized,
        Dictionary<Value, TensorStatistics> statistics,
        RangeMethod method,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var answers = new ReferenceAnswers(_model, _pictures.Take(_options.SensitivityPictures), _output, cancellationToken);
        return SensitivityAnalysis.Run(quantized, _points.LayersWithWeights, Without, answers, progress, cancellationToken);

        OnnxModel Without(Node layer)
        {
            var kept = new HashSet<Node>(_kept) { layer };
            var points = new QuantizationPoints(_model.Graph, kept);
            var factors = Factors(points, statistics);
            var ranges = Ranges(points, statistics, factors, method);
            var layers = QuantizeLayers(points, statistics, factors, value => ranges[value].Scale);
            return QuantizedModelBuilder.Build(_model, points.Points, layers, kept, value => ranges[value]);
        }
    }

    private Dictionary<Value, float[]> Factors(QuantizationPoints points, Dictionary<Value, TensorStatistics> statistics) =>
        _options.Equalization ? DepthwiseEqualizer.Factors(points, statistics, node => _liesOnGrid[node]) : [];

    private static double Kept(Dictionary<Value, ActivationRange> ranges, Dictionary<Value, TensorStatistics> statistics) => ranges
        .Select(pair => (Width: 255d * pair.Value.Scale, Seen: Math.Max(statistics[pair.Key].Max, 0) - (double)Math.Min(statistics[pair.Key].Min, 0)))
        .Select(pair => pair.Seen > 0 ? Math.Min(1, pair.Width / pair.Seen) : 1)
        .DefaultIfEmpty(1)
        .Average();

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
        QuantizationPoints points,
        Dictionary<Value, TensorStatistics> statistics,
        Dictionary<Value, float[]> factors,
        Func<Value, float> smallestScale)
    {
        var layers = new List<QuantizedLayer>();
        foreach (var node in points.LayersWithWeights)
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

    private static Dictionary<Value, ActivationRange> Ranges(
        QuantizationPoints points, Dictionary<Value, TensorStatistics> statistics, Dictionary<Value, float[]> factors, RangeMethod method) =>
        points.Points.ToDictionary(point => point.Value, point => factors.ContainsKey(point.Value)
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
                    : $"{method} over {_pictures.Count} pictures{(_options.ExtraViews ? " in two views" : "")}";
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
