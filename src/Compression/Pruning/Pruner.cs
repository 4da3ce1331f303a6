using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Pruning.Channels;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Pruning;

/// <summary>
/// Makes a pruned model without labels and without training: what remains is fitted to what the original does on calibration pictures.
/// The same model, pictures and options give the same bytes on the same kind of processor, whatever the number of threads.
/// </summary>
public sealed class Pruner
{
    private readonly OnnxModel _model;
    private readonly CalibrationPictures _pictures;
    private readonly ModelOutput _output;
    private readonly PruningOptions _options;
    private readonly PruningSettings _settings;
    private readonly LayerSet _layers;
    private WeightPruner? _weights;

    /// <param name="model">The canonical original: batch normalisation folded, constants folded. It is not changed.</param>
    /// <param name="pictures">Pictures like those the model will see, with the model's input plan.</param>
    /// <param name="output">What the model's scores are.</param>
    /// <param name="options">What the caller decides.</param>
    /// <exception cref="ArgumentException">The options cannot be followed; the message names every problem.</exception>
    /// <exception cref="UnsupportedModelException">There is nothing to prune, or more than one input.</exception>
    public Pruner(OnnxModel model, CalibrationPictures pictures, ModelOutput output, PruningOptions options)
        : this(model, pictures, output, options, new())
    {
    }

    internal Pruner(OnnxModel model, CalibrationPictures pictures, ModelOutput output, PruningOptions options, PruningSettings settings)
    {
        var problems = options.Problems().ToArray();
        if (problems.Length > 0)
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        if (model.Graph.Inputs.Count(input => input.Data is null) != 1)
            throw new UnsupportedModelException("Only models with one input, the picture, can be pruned.");
        (_model, _pictures, _output, _options, _settings) = (model.Clone(), pictures, output, options, settings);
        new PassPipeline(new MatMulToGemm(), new FoldBias()).Run(_model);
        _layers = new(_model.Graph);
        if (_layers.Pruned.Count == 0)
            throw new UnsupportedModelException("The model has no Conv or Gemm whose weights could be pruned.");
    }

    private int ViewsOfEach => _options.ExtraViews ? _settings.ViewsOfEach : 1;

    /// <summary>What <see cref="Run"/> will do, as far as it can be known before the pictures are looked at.</summary>
    public PruningPlan Plan() => PruningPlanner.Plan(_layers, _options, _pictures.Count);

    /// <summary>
    /// Prunes. Takes minutes; blocks, and uses <see cref="PruningOptions.Threads"/> threads. A second time it takes half as long, since what
    /// the first found out about the layers still holds.
    /// </summary>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="weightSteps">
    /// For a model that will be quantized to int8: the weights that remain in each row become multiples of one step, at most so many of
    /// them (7 to 127), and rounding errors are made up for while rows are fitted. Fewer steps compress better. Null leaves
    /// weights as they are fitted. It has no meaning for <see cref="PruningMethod.Magnitude"/> and for channels.
    /// </param>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing has changed.</exception>
    public PruningResult Run(IProgress<PruningProgress>? progress, CancellationToken cancellationToken, int? weightSteps = null)
    {
        if (weightSteps is < 7 or > 127)
            throw new ArgumentOutOfRangeException(nameof(weightSteps), weightSteps, "A row can have 7 to 127 steps.");
        cancellationToken.ThrowIfCancellationRequested();
        if (_options.Method == PruningMethod.Magnitude)
            return MagnitudePruner.Run(_model, _layers, _options);

        if (_options.Structure == PruningStructure.Channels)
        {
            var views = new CalibrationViews(_pictures, ViewsOfEach);
            return new ChannelPruner(_model, _layers, views, _output, _options, _settings, progress, cancellationToken).Run();
        }

        _weights ??= new(_model, _layers, new(_pictures, ViewsOfEach), _output, _options, _settings);
        return _weights.Run(weightSteps, progress, cancellationToken);
    }
}
