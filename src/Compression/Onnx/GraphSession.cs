using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lineup.Compression.Onnx;

/// <summary>How a graph is run. The defaults are for judging what a graph computes, not for speed.</summary>
/// <param name="Optimize">Whether ONNX Runtime may fuse and fold: what it does in service, but not node by node as the file says.</param>
/// <param name="Threads">Threads of one run.</param>
/// <param name="OptimizedModelPath">Where ONNX Runtime writes the graph as it will run it; null for nowhere.</param>
public sealed record GraphSessionOptions(bool Optimize = false, int Threads = 1, string? OptimizedModelPath = null)
{
    public static GraphSessionOptions Default { get; } = new();
}

/// <summary>
/// Runs a model in memory through ONNX Runtime: the only type of this library that makes an <see cref="InferenceSession"/>. Runs may
/// overlap. Not for service, which has its own session with pooled buffers.
/// </summary>
public sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;

    private GraphSession(InferenceSession session) => _session = session;

    /// <summary>Names of the inputs that a run takes, in order.</summary>
    public IReadOnlyList<string> Inputs => _session.InputNames;

    /// <summary>Names of the outputs that a run gives, in order.</summary>
    public IReadOnlyList<string> Outputs => _session.OutputNames;

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses it.</exception>
    public static GraphSession Load(OnnxModel model, GraphSessionOptions? options = null) => Load(OnnxWriter.Write(model), options);

    /// <inheritdoc cref="Load(OnnxModel, GraphSessionOptions?)"/>
    public static GraphSession Load(byte[] model, GraphSessionOptions? options = null)
    {
        options ??= GraphSessionOptions.Default;
        using var native = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel =
                options.Optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        if (options.OptimizedModelPath is { } path)
            native.OptimizedModelFilePath = path;
        try
        {
            return new(new InferenceSession(model, native));
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException($"ONNX Runtime refuses the model: {error.Message.ReplaceLineEndings(" ").Trim()}", error);
        }
    }

    /// <summary>
    /// Loads a copy of the model that also gives <paramref name="taps"/>, values of the model, after its own outputs and in this order.
    /// Values that are outputs already are not repeated: look them up by name in <see cref="Outputs"/>.
    /// </summary>
    public static GraphSession LoadWithTaps(OnnxModel model, IEnumerable<Value> taps, GraphSessionOptions? options = null)
    {
        var (copy, values) = GraphCopier.Copy(model);
        foreach (var tap in taps)
        {
            if (!tap.IsGraphOutput)
                copy.Graph.AddOutput(values[tap]);
        }

        return Load(copy, options);
    }

    /// <summary>Runs the model; one tensor an input, in the order of <see cref="Inputs"/>.</summary>
    /// <exception cref="InvalidModelException">The run failed.</exception>
    public TensorData[] Run(params ReadOnlySpan<TensorData> inputs) => Run(inputs, Copy);

    /// <summary>Runs the model for types and shapes of the outputs alone, without copying their numbers.</summary>
    /// <exception cref="InvalidModelException">The run failed.</exception>
    public (ElementType Type, long[] Dims)[] RunForShapes(params ReadOnlySpan<TensorData> inputs) => Run(inputs, result =>
    {
        var info = result.GetTensorTypeAndShape();
        return ((ElementType)info.ElementDataType, info.Shape);
    });

    /// <summary>
    /// Runs a model of one input on a picture where it lies and hands over the outputs, in the order of <see cref="Outputs"/>, without
    /// copying either: what calibration does thousands of times. Spans of the outputs are good during the call.
    /// </summary>
    /// <exception cref="InvalidModelException">The run failed.</exception>
    internal void Run(Memory<float> picture, long[] shape, Action<IReadOnlyList<OrtValue>> use)
    {
        if (Inputs.Count != 1)
            throw new InvalidModelException($"The model takes {Inputs.Count} inputs, where a picture is the only one.");
        try
        {
            using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, picture, shape);
            using var options = new RunOptions();
            using var results = _session.Run(options, Inputs, [input], Outputs);
            use(results);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException($"ONNX Runtime cannot run the model: {error.Message.ReplaceLineEndings(" ").Trim()}", error);
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Runs the model and takes what is wanted of each output while it is there.</summary>
    internal T[] Run<T>(ReadOnlySpan<TensorData> inputs, Func<OrtValue, T> take)
    {
        if (inputs.Length != Inputs.Count)
            throw new ArgumentException($"The model takes {Inputs.Count} inputs, not {inputs.Length}.", nameof(inputs));
        var values = new List<OrtValue>(inputs.Length);
        var pins = new List<System.Buffers.MemoryHandle>(inputs.Length);
        try
        {
            foreach (var input in inputs)
                values.Add(Wrap(input, pins));
            using var options = new RunOptions();
            using var results = _session.Run(options, Inputs, values, Outputs);
            return [.. results.Select(take)];
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException($"ONNX Runtime cannot run the model: {error.Message.ReplaceLineEndings(" ").Trim()}", error);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
            pins.ForEach(pin => pin.Dispose());
        }
    }

    private static unsafe OrtValue Wrap(TensorData tensor, List<System.Buffers.MemoryHandle> pins)
    {
        var pin = tensor.Memory.Pin();
        pins.Add(pin);
        var (type, bytes) = ((TensorElementType)tensor.ElementType, tensor.Bytes.Length);
        return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, tensor.Dims.ToArray(), (nint)pin.Pointer, bytes);
    }

    private static TensorData Copy(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new((ElementType)info.ElementDataType, value.GetTensorMutableRawData().ToArray(), info.Shape);
    }
}
