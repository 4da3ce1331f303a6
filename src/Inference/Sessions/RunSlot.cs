using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lineup.Inference.Sessions;

/// <summary>
/// Native input and output tensors bound to a session once, so that a run allocates nothing of a tensor's size. Rented from
/// <see cref="ModelSession.TryRent"/>; one thread at a time.
/// </summary>
public sealed unsafe class RunSlot : IDisposable
{
    private readonly ModelSession _session;
    private readonly float* _memory;
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private bool _disposed;

    internal RunSlot(ModelSession session)
    {
        _session = session;
        var inputBytes = (long)session.Input.Length * sizeof(float);
        var outputBytes = (long)session.Classes * sizeof(float);
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)(inputBytes + outputBytes), 64);
        _input = Bind(_memory, session.Input.Shape, inputBytes);
        _output = Bind(_memory + session.Input.Length, session.OutputShape, outputBytes);
        _binding = session.CreateBinding();
        _binding.BindInput(session.InputName, _input);
        _binding.BindOutput(session.OutputName, _output);
    }

    /// <summary>The input tensor, <see cref="Imaging.InputPlan.Length"/> floats.</summary>
    public Span<float> Input => new(_memory, _session.Input.Length);

    /// <summary>The raw scores of the last run, one a class.</summary>
    public Span<float> Scores => new(_memory + _session.Input.Length, _session.Classes);

    /// <summary>Runs the model on <see cref="Input"/> into <see cref="Scores"/>.</summary>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    /// <exception cref="ObjectDisposedException">The slot was returned and its session has gone since.</exception>
    public void Run()
    {
        // ONNX Runtime does not look: it would end the process.
        ObjectDisposedException.ThrowIf(_disposed, this);
        _session.Run(_options, _binding);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    private static OrtValue Bind(float* memory, long[] shape, long bytes) =>
        OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)memory, bytes);
}
