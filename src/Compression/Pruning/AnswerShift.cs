using System.Numerics.Tensors;
using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Pruning;

/// <summary>
/// How far a change moves a model's answers, as the mean divergence KL(original || changed) in nats: on the last views, which the survey
/// leaves out, since what is fitted to some pictures does better on them than on any others.
/// </summary>
internal sealed class AnswerShift
{
    private readonly CalibrationViews _views;
    private readonly ModelOutput _output;
    private readonly MomentCollector _collector;
    private readonly float[][] _expected;
    private readonly int _first;

    public AnswerShift(OnnxModel original, CalibrationViews views, ModelOutput output, int count, MomentCollector collector)
    {
        (_views, _output, _collector) = (views, output, collector);
        _first = views.Count - count;
        _expected = Answers(original, count);
    }

    public double Of(OnnxModel changed)
    {
        var actual = Answers(changed, _expected.Length);
        double sum = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            for (var c = 0; c < actual[i].Length; c++)
            {
                if (_expected[i][c] > 0)
                    sum += _expected[i][c] * Math.Log(_expected[i][c] / Math.Max(actual[i][c], 1e-12));
            }
        }

        return Math.Max(0, sum / actual.Length);
    }

    private float[][] Answers(OnnxModel model, int count)
    {
        var answers = new float[count][];
        using var tap = new ActivationStream(model, _views).Open([model.Graph.Outputs[0]], fromCheckpoint: false);
        _collector.ForEach(count, (view, decoder) =>
        {
            using var values = tap.Read(_first + view, decoder);
            var scores = values.Values[0].ToArray<float>();
            if (_output == ModelOutput.Logits)
            {
                TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
                TensorPrimitives.SoftMax<float>(scores, scores);
            }

            answers[view] = scores;
        });
        return answers;
    }
}
