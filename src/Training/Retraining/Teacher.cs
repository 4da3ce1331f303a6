using System.Numerics.Tensors;
using Lineup.Compression.Answers;
using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.Training.Data;

namespace Lineup.Training.Retraining;

/// <summary>
/// Fills in what the original says of the very pictures of a batch, changed as they are, in the place of labels (Hinton, Vinyals and Dean,
/// "Distilling the knowledge in a neural network", 2015; Beyer et al., "A good teacher is patient and consistent", 2022). One thread at a
/// time.
/// </summary>
internal sealed class Teacher : IDisposable
{
    private readonly GraphSession _session;
    private readonly ModelOutput _output;
    private readonly double _temperature;
    private readonly long[] _shape;

    /// <param name="original">The model to follow.</param>
    /// <param name="manifest">How it sees pictures, and whether it gives logits or probabilities.</param>
    /// <param name="batch">Pictures of a batch.</param>
    /// <param name="temperature">What logits are divided by before they become probabilities.</param>
    /// <param name="threads">Threads of a run.</param>
    public Teacher(OnnxModel original, ModelManifest manifest, int batch, double temperature, int threads)
    {
        (_output, _temperature) = (manifest.Output, temperature);
        _shape = [batch, 3, manifest.Input.Height, manifest.Input.Width];
        _session = GraphSession.Load(original, new(Optimize: true, threads));
    }

    /// <summary>Replaces the targets of a batch.</summary>
    public void Fill(Batch batch) => _session.Run(batch.Images, _shape, outputs =>
    {
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        var classes = scores.Length / (int)_shape[0];
        var logarithms = new double[classes];
        for (var i = 0; i < _shape[0]; i++)
        {
            Scores.LogProbabilities(scores.Slice(i * classes, classes), _output, logarithms);
            Soften(logarithms, batch.Targets.AsSpan(i * classes, classes));
        }
    });

    public void Dispose() => _session.Dispose();

    private void Soften(double[] logarithms, Span<float> target)
    {
        var highest = TensorPrimitives.Max(logarithms);
        for (var i = 0; i < target.Length; i++)
            target[i] = (float)Math.Exp((logarithms[i] - highest) / _temperature);
        TensorPrimitives.Divide(target, TensorPrimitives.Sum((ReadOnlySpan<float>)target), target);
    }
}
