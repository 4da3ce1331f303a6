using Lineup.Compression.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Calibration;

/// <summary>
/// A model under construction in ONNX Runtime: one float32 picture in, all of the graph's outputs out. Any thread may run it; every run
/// is single-threaded, so the same input gives the same bits.
/// </summary>
internal sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly long[] _inputShape;

    /// <param name="model">The model; its first graph input takes the picture.</param>
    /// <param name="inputShape">The input's shape for one picture.</param>
    /// <param name="level">How far ONNX Runtime may rearrange the graph.</param>
    public GraphSession(OnnxModel model, long[] inputShape, GraphOptimizationLevel level = GraphOptimizationLevel.ORT_ENABLE_ALL)
    {
        _inputShape = inputShape;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = level,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new(OnnxWriter.Write(model), options);
    }

    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    /// <summary>Runs one picture and hands over the outputs in the order of <see cref="OutputNames"/>; spans are good during the call.</summary>
    public void Run(Memory<float> picture, Action<IReadOnlyList<OrtValue>> use)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, picture, _inputShape);
        using var outputs = _session.Run(_options, [_session.InputNames[0]], [input], _session.OutputNames);
        use(outputs);
    }

    /// <summary>Runs one picture and copies the only output, or the first.</summary>
    public float[] Run(Memory<float> picture)
    {
        float[] scores = [];
        Run(picture, outputs => scores = outputs[0].GetTensorDataAsSpan<float>().ToArray());
        return scores;
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
