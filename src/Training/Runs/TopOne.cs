using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.Training.Data;

namespace Lineup.Training.Runs;

/// <summary>How many pictures a model gets right, seen once each and as serving would show them.</summary>
internal static class TopOne
{
    private const int Batch = 128;

    /// <summary>Share of pictures whose highest score is that of their class, 0 to 1.</summary>
    public static double Measure(OnnxModel model, TrainingSet test, InputSpecification input, int threads, CancellationToken cancellationToken)
    {
        using var session = GraphSession.Load(model, new(Optimize: true, threads));
        using var reader = new PictureReader(test.Pictures.ShorterSide);
        var augmenter = new Augmenter(input, Augmentation.None);
        var correct = 0;
        for (var start = 0; start < test.Count; start += Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, test.Count - start);
            var pictures = TensorData.Create<float, int>([count, 3, input.Height, input.Width], start, (values, first) =>
            {
                for (var i = 0; i < count; i++)
                {
                    var draws = default(Draws);
                    augmenter.Prepare(test.Pictures.Get(first + i, reader), ref draws, false, values.Slice(i * augmenter.Length, augmenter.Length));
                }
            });
            correct += Right(session.Run(pictures)[0].AsSpan<float>(), test.Classes!, start, count);
        }

        return (double)correct / test.Count;
    }

    private static int Right(ReadOnlySpan<float> scores, IReadOnlyList<int> classes, int start, int count)
    {
        var (right, width) = (0, scores.Length / count);
        for (var i = 0; i < count; i++)
        {
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(scores.Slice(i * width, width));
            right += best == classes[start + i] ? 1 : 0;
        }

        return right;
    }
}
