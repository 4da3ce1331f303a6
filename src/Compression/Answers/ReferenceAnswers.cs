using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Answers;

/// <summary>The original's answers on some pictures, to hold changed models against.</summary>
internal sealed class ReferenceAnswers
{
    private readonly CalibrationPictures _pictures;
    private readonly ModelOutput _output;
    private readonly Answer[] _expected;

    /// <exception cref="InvalidModelException">The original gives scores that are not finite.</exception>
    public ReferenceAnswers(OnnxModel original, CalibrationPictures pictures, ModelOutput output, CancellationToken cancellationToken)
    {
        (_pictures, _output) = (pictures, output);
        _expected = new Answer[pictures.Count];
        ForEachAnswer(original, GraphOptimizationLevel.ORT_ENABLE_ALL, (i, answer) => _expected[i] = answer, cancellationToken);
        if (!Array.TrueForAll(_expected, answer => answer.IsFinite))
        {
            throw new InvalidModelException(
                "The original gives scores that are not finite for some calibration pictures, so nothing can be held against it.");
        }
    }

    /// <summary>How far a changed model's answers are from these on the whole.</summary>
    public Divergence Compare(OnnxModel changed, GraphOptimizationLevel level, CancellationToken cancellationToken) =>
        Divergence.Of(CompareEach(changed, level, cancellationToken));

    /// <summary>The same for each picture, in their order.</summary>
    public AnswerDifference[] CompareEach(OnnxModel changed, GraphOptimizationLevel level, CancellationToken cancellationToken)
    {
        var differences = new AnswerDifference[_expected.Length];
        ForEachAnswer(
            changed,
            level,
            (i, answer) => differences[i] = answer.IsFinite
                ? new(Scores.Divergence(_expected[i].Logarithms, answer.Logarithms), _expected[i].Best == answer.Best)
                : new(double.NaN, false),
            cancellationToken);
        return differences;
    }

    private void ForEachAnswer(OnnxModel model, GraphOptimizationLevel level, Action<int, Answer> use, CancellationToken cancellationToken)
    {
        using var session = GraphSession.Load(model, new(Optimize: level != GraphOptimizationLevel.ORT_DISABLE_ALL));
        _pictures.ForEach(
            (i, picture) => session.Run(
                picture,
                _pictures.Input.Shape,
                outputs => use(i, Answer.From(outputs[0].GetTensorDataAsSpan<float>(), _output))),
            cancellationToken);
    }

    private readonly record struct Answer(bool IsFinite, int Best, double[] Logarithms)
    {
        public static Answer From(ReadOnlySpan<float> scores, ModelOutput output)
        {
            if (!Scores.AreFinite(scores))
                return new(false, -1, []);
            var logarithms = new double[scores.Length];
            Scores.LogProbabilities(scores, output, logarithms);
            return new(true, Scores.Best(scores), logarithms);
        }
    }
}
