using Lineup.Compression.Onnx;
using Lineup.Training.Steps;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.TrainingStep;

/// <summary>The forward pass of a model with everything that ONNX Runtime does for inference, input and output bound once.</summary>
internal sealed class ForwardPass : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _input;
    private readonly RunOptions _runOptions = new();

    public ForwardPass(OnnxModel model, long[] shape, TrainingSessionOptions options)
    {
        using var native = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spin ? "1" : "0");
        _session = new(OnnxWriter.Write(model), native);
        _binding = _session.CreateIoBinding();
        _input = OrtValue.CreateTensorValueFromMemory(Noise.Create(shape.Aggregate(1L, (product, side) => product * side)), shape);
        _binding.BindInput(_session.InputNames[0], _input);
        _binding.BindOutputToDevice(_session.OutputNames[0], OrtMemoryInfo.DefaultInstance);
    }

    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }
}
