using Lineup.Compression.Answers;
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
    private readonly double[][] _expected;
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
        return actual.Select((logarithms, i) => Scores.Divergence(_expected[i], logarithms)).Average();
    }

    private double[][] Answers(OnnxModel model, int count)
    {
        var answers = new double[count][];
        using var tap = new ActivationStream(model, _views).Open([model.Graph.Outputs[0]], fromCheckpoint: false);
        _collector.ForEach(count, (view, decoder) =>
        {
            using var values = tap.Read(_first + view, decoder);
            var scores = values.Values[0].ToArray<float>();
            answers[view] = new double[scores.Length];
            Scores.LogProbabilities(scores, _output, answers[view]);
        });
        return answers;
    }
}
