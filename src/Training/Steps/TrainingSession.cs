using Lineup.Compression.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Training.Steps;

/// <summary>
/// Runs training steps in ONNX Runtime. Weights, statistics and slots are bound once, to two sets of buffers that take turns: none is
/// read and written in one run. One thread at a time.
/// </summary>
public sealed class TrainingSession : IDisposable
{
    private readonly TrainingGraph _graph;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly OrtIoBinding[] _bindings = new OrtIoBinding[2];
    private readonly Dictionary<string, OrtValue> _inputs = [];
    private readonly Dictionary<string, OrtValue> _results = [];
    private bool _disposed;

    /// <exception cref="InvalidModelException">ONNX Runtime refuses the step.</exception>
    public TrainingSession(TrainingGraph graph, TrainingSessionOptions? options = null)
    {
        _graph = graph;
        _session = Load(graph.Step, options ?? new());
        Parameters = new(graph.Tensors);
        foreach (var input in graph.Inputs)
            _inputs.Add(input.Name, OrtTensors.Allocate(input.Dims));
        foreach (var result in TrainingGraph.Results)
            _results.Add(result, OrtTensors.Allocate([]));
        for (var side = 0; side < 2; side++)
            _bindings[side] = Bind(side);
    }

    /// <summary>Weights, statistics and slots, to be read and set between steps.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Pictures of the next step, [batch, channels, height, width]: to be filled before it runs.</summary>
    public Span<float> Images => Input(TrainingGraph.ImagesName);

    /// <summary>Target probabilities of the next step, [batch, classes]: to be filled before it runs.</summary>
    public Span<float> Targets => Input(TrainingGraph.TargetsName);

    /// <summary>What a feature's values are to become in the next step, in the shape that the value has in the model.</summary>
    /// <param name="value">The value's name in the model.</param>
    public Span<float> FeatureTargets(string value) => Input(TrainingGraph.FeatureTargetName(value));

    /// <summary>Runs a step on <see cref="Images"/> and <see cref="Targets"/> as they are filled.</summary>
    /// <exception cref="InvalidModelException">The run failed; weights are as before.</exception>
    public StepResult Run(float learningRate)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Input(TrainingGraph.LearningRateName)[0] = learningRate;
        try
        {
            _session.RunWithBinding(_runOptions, _bindings[Parameters.Current]);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException($"ONNX Runtime cannot run the step: {error.Message.ReplaceLineEndings(" ").Trim()}", error);
        }

        Parameters.Swap();
        return new(Result(TrainingGraph.LossName), (int)Result(TrainingGraph.CorrectName), Result(TrainingGraph.GradientNormName));
    }

    /// <summary>Runs a step.</summary>
    /// <param name="images">[batch, channels, height, width], row-major.</param>
    /// <param name="targets">[batch, classes], each row a distribution.</param>
    /// <param name="learningRate">Rate of this step.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers than the step takes.</exception>
    public StepResult Run(ReadOnlySpan<float> images, ReadOnlySpan<float> targets, float learningRate)
    {
        Fill(images, Images, nameof(images));
        Fill(targets, Targets, nameof(targets));
        return Run(learningRate);
    }

    /// <summary>The model in the form for inference, as it came, with the present weights and statistics.</summary>
    public OnnxModel ToModel() => _graph.ToModel(Parameters.ReadAll(StepTensorKind.Weight, StepTensorKind.Statistic));

    /// <summary>Ends profiling and gives the path of the profile's file.</summary>
    public string EndProfiling() => _session.EndProfiling();

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var binding in _bindings)
            binding.Dispose();
        foreach (var value in _inputs.Values.Concat(_results.Values))
            value.Dispose();
        Parameters.Release();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static InferenceSession Load(OnnxModel step, TrainingSessionOptions options)
    {
        using var native = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // Fake quantization is there for its errors: the runtime must not make integer operators of it.
        native.AddSessionConfigEntry("session.disable_quant_qdq", "1");
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spin ? "1" : "0");
        if (options.ProfilePrefix is { } prefix)
        {
            native.EnableProfiling = true;
            native.ProfileOutputPathPrefix = prefix;
        }

        try
        {
            return new(OnnxWriter.Write(step), native);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException($"ONNX Runtime refuses the step: {error.Message.ReplaceLineEndings(" ").Trim()}", error);
        }
    }

    private static void Fill(ReadOnlySpan<float> from, Span<float> to, string what)
    {
        if (from.Length != to.Length)
            throw new ArgumentException($"The step takes {to.Length} numbers, not {from.Length}.", what);
        from.CopyTo(to);
    }

    private OrtIoBinding Bind(int side)
    {
        var binding = _session.CreateIoBinding();
        foreach (var (name, value) in _inputs)
            binding.BindInput(name, value);
        foreach (var (name, value) in _results)
            binding.BindOutput(name, value);
        foreach (var (index, tensor) in Parameters.Tensors.Index())
        {
            binding.BindInput(tensor.InputName, Parameters.Side(side)[index]);
            binding.BindOutput(tensor.OutputName, Parameters.Side(1 - side)[index]);
        }

        return binding;
    }

    private Span<float> Input(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _inputs.TryGetValue(name, out var value)
            ? value.GetTensorMutableDataAsSpan<float>()
            : throw new ArgumentException($"The step has no input '{name}'.", nameof(name));
    }

    private float Result(string name) => _results[name].GetTensorDataAsSpan<float>()[0];
}
