using System.Numerics.Tensors;
using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Calibration;

/// <summary>How far a changed model's answers are from the original's on some pictures, without labels.</summary>
/// <param name="Kl">Mean Kullback-Leibler divergence KL(original || changed) of the class probabilities, in nats.</param>
/// <param name="Agreement">Share of pictures with the same best class, 0 to 1.</param>
/// <param name="IsFinite">Whether every score was a finite number.</param>
public readonly record struct Divergence(double Kl, double Agreement, bool IsFinite);

/// <summary>The original's answers on some pictures, to hold changed models against.</summary>
internal sealed class ReferenceAnswers
{
    private readonly CalibrationPictures _pictures;
    private readonly ModelOutput _output;
    private readonly float[][] _probabilities;

    public ReferenceAnswers(OnnxModel original, CalibrationPictures pictures, ModelOutput output, CancellationToken cancellationToken)
    {
        (_pictures, _output) = (pictures, output);
        _probabilities = Answers(original, GraphOptimizationLevel.ORT_ENABLE_ALL, cancellationToken);
        if (!Array.TrueForAll(_probabilities, IsFinite))
        {
            throw new InvalidModelException(
                "The original gives scores that are not finite for some calibration pictures, so nothing can be held against it.");
        }
    }

    public Divergence Compare(OnnxModel changed, GraphOptimizationLevel level, CancellationToken cancellationToken)
    {
        var answers = Answers(changed, level, cancellationToken);
        double kl = 0;
        var agree = 0;
        var finite = true;
        for (var i = 0; i < answers.Length; i++)
        {
            var (expected, actual) = (_probabilities[i], answers[i]);
            finite &= IsFinite(actual);
            agree += TensorPrimitives.IndexOfMax<float>(expected) == TensorPrimitives.IndexOfMax<float>(actual) ? 1 : 0;
            for (var c = 0; c < expected.Length; c++)
            {
                if (expected[c] > 0)
                    kl += expected[c] * Math.Log(expected[c] / Math.Max(actual[c], 1e-12));
            }
        }

        return new(kl / answers.Length, (double)agree / answers.Length, finite);
    }

    private static bool IsFinite(float[] probabilities) => float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(probabilities));

    private float[][] Answers(OnnxModel model, GraphOptimizationLevel level, CancellationToken cancellationToken)
    {
        using var session = GraphSession.Load(model, new(Optimize: level != GraphOptimizationLevel.ORT_DISABLE_ALL));
        var answers = new float[_pictures.Count][];
        _pictures.ForEach(
            (i, picture) =>
            {
                float[] scores = [];
                session.Run(picture, _pictures.Input.Shape, outputs => scores = outputs[0].GetTensorDataAsSpan<float>().ToArray());
                if (_output == ModelOutput.Logits)
                {
                    TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
                    TensorPrimitives.SoftMax<float>(scores, scores);
                }

                answers[i] = scores;
            },
            cancellationToken);
        return answers;
    }
}
