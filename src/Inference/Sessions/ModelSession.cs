using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Inference.Sessions;

/// <summary>
/// Owns one ONNX Runtime session: the only type that creates or disposes <see cref="InferenceSession"/>. Any number of threads may run
/// it at once, each with a <see cref="RunSlot"/> of its own. <see cref="Dispose"/> may be called at any time, more than once: the
/// native session goes when the last rented slot has been returned.
/// </summary>
public sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly SessionArena _arena;
    private readonly ConcurrentBag<RunSlot> _idleSlots = [];
    private readonly Lock _gate = new();
    private int _rented;
    private bool _disposing;
    private bool _disposed;

    private ModelSession(InferenceSession session, InputPlan input, ModelOutput output, string inputName, string outputName, long[] outputShape)
    {
        (_session, Input, Output, InputName, OutputName, OutputShape) = (session, input, output, inputName, outputName, outputShape);
        _arena = new(session);
        Classes = checked((int)outputShape.Aggregate(1L, (product, side) => product * side));
    }

    public InputPlan Input { get; }

    public ModelOutput Output { get; }

    /// <summary>Number of classes: the elements of the output for one picture.</summary>
    public int Classes { get; }

    internal string InputName { get; }

    internal string OutputName { get; }

    internal long[] OutputShape { get; }

    /// <summary>
    /// Loads an ONNX file and checks that it takes the manifest's input and gives class scores. Blocks for as long as ONNX Runtime
    /// needs (tens of milliseconds for a MobileNet): call it off any scheduler that must stay free.
    /// </summary>
    /// <exception cref="ModelLoadException">The file cannot be read or does not fit its model.json.</exception>
    public static ModelSession Load(string path, ModelManifest model)
    {
        InferenceSession? session = null;
        try
        {
            var plan = new InputPlan(model.Input);
            using var options = SessionOptionsFactory.Create();
            session = new InferenceSession(path, options);
            var input = CheckInput(session, plan);
            var (output, shape) = CheckOutput(session, plan, input);
            var loaded = new ModelSession(session, plan, model.Output, input, output, shape);
            session = null;
            return loaded;
        }
        catch (OnnxRuntimeException error)
        {
            // Callers see the message, and where the server keeps its files is none of their business.
            var message = OneLine(error.Message).Replace(path, Path.GetFileName(path), StringComparison.Ordinal);
            throw new ModelLoadException($"ONNX Runtime refuses the file: {message}", error);
        }
        catch (ArgumentException error)
        {
            throw new ModelLoadException($"model.json cannot be followed: {OneLine(error.Message)}", error);
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>Bytes that ONNX Runtime's arena holds for this session; null once it is being disposed.</summary>
    public long? ArenaBytes()
    {
        lock (_gate)
            return _disposing ? null : _arena.TotalBytes();
    }

    /// <summary>Buffers for one run, or null when the session is being disposed. Give it back with <see cref="Return"/>.</summary>
    public RunSlot? TryRent()
    {
        lock (_gate)
        {
            if (_disposing)
                return null;
            _rented++;
        }

        try
        {
            return _idleSlots.TryTake(out var slot) ? slot : new RunSlot(this);
        }
        catch
        {
            Release();
            throw;
        }
    }

    public void Return(RunSlot slot)
    {
        _idleSlots.Add(slot);
        Release();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposing = true;
            DisposeWhenIdle();
        }
    }

    /// <summary>Runs the model on the slot's input tensor; the slot then holds the raw output.</summary>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    internal void Run(RunOptions options, OrtIoBinding binding) => _session.RunWithBinding(options, binding);

    internal OrtIoBinding CreateBinding() => _session.CreateIoBinding();

    private void Release()
    {
        lock (_gate)
        {
            _rented--;
            DisposeWhenIdle();
        }
    }

    private void DisposeWhenIdle()
    {
        if (!_disposing || _disposed || _rented > 0)
            return;
        _disposed = true;
        while (_idleSlots.TryTake(out var slot))
            slot.Dispose();
        _arena.Dispose();
        _session.Dispose();
    }

    private static string CheckInput(InferenceSession session, InputPlan plan)
    {
        if (session.InputMetadata.Count != 1)
            throw new ModelLoadException($"The model has {session.InputMetadata.Count} inputs ({Names(session.InputNames)}); an image classifier has one.");
        var (name, metadata) = session.InputMetadata.First();
        if (!metadata.IsTensor || metadata.ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
            throw new ModelLoadException($"Input '{name}' is {metadata.ElementDataType}; only float32 inputs are served.");

        var wanted = plan.Shape;
        var actual = metadata.Dimensions;
        if (actual.Length != wanted.Length || actual.Where((side, axis) => side > 0 && side != wanted[axis]).Any())
        {
            throw new ModelLoadException(
                $"Input '{name}' has shape [{string.Join(", ", actual.Select(side => side > 0 ? $"{side}" : "?"))}] but model.json describes "
                + $"[{string.Join(", ", wanted)}]. Correct input.width, input.height or input.layout in model.json.");
        }

        return name;
    }

    /// <summary>One run on a zero tensor tells the output's true shape, whatever the file declares.</summary>
    private static (string Name, long[] Shape) CheckOutput(InferenceSession session, InputPlan plan, string input)
    {
        using var zeros = OrtValue.CreateTensorValueFromMemory(new float[plan.Length], plan.Shape);
        using var options = new RunOptions();
        var name = session.OutputNames[0];
        using var results = session.Run(options, [input], [zeros], [name]);
        var info = results[0].GetTensorTypeAndShape();
        if (info.ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
            throw new ModelLoadException($"Output '{name}' is {info.ElementDataType}; only float32 scores are served.");
        if (info.Shape.Length < 2 || info.Shape[0] != 1 || info.ElementCount != info.Shape[1..].Max())
            throw new ModelLoadException($"Output '{name}' has shape [{string.Join(", ", info.Shape)}]; an image classifier gives [1, classes].");
        if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes(results[0].GetTensorDataAsSpan<float>())))
            throw new ModelLoadException($"Output '{name}' holds infinities or NaN for a blank picture; the file is damaged or badly converted.");
        return (name, info.Shape);
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Take(5));

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
