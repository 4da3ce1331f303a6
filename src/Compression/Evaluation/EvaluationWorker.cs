using Lineup.Compression.Answers;
using Lineup.Compression.Pictures;
using Lineup.Inference.Imaging;
using Lineup.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Evaluation;

/// <summary>
/// What one thread needs to take pictures through all variants: a decoder, a tensor, and a slot of each session. The original is the
/// first of the trials.
/// </summary>
internal sealed class EvaluationWorker : IDisposable
{
    private readonly IReadOnlyList<VariantTrial> _trials;
    private readonly TimeProvider _clock;
    private readonly TensorDecoder _decoder;
    private readonly RunSlot[] _slots;
    private readonly TimeSpan[] _runs;
    private readonly float[] _tensor;
    private readonly double[] _original;
    private readonly double[] _other;

    public EvaluationWorker(IReadOnlyList<VariantTrial> trials, ImageOptions images, TimeProvider clock)
    {
        (_trials, _clock) = (trials, clock);
        _decoder = new(images);
        _slots = [.. trials.Select(trial => trial.Session.TryRent()!)];
        _runs = new TimeSpan[trials.Count];
        _tensor = new float[trials[0].Session.Input.Length];
        _original = new double[trials[0].Session.Classes];
        _other = new double[trials[0].Session.Classes];

        // The first run of a slot is slower than all others and would count as one of them.
        foreach (var slot in _slots)
        {
            slot.Input.Clear();
            slot.Run();
        }
    }

    /// <summary>Decodes a picture and runs every variant on it, unless it cannot be read.</summary>
    /// <param name="image">The encoded picture.</param>
    /// <param name="place">The picture's place among all; the variant that runs first changes with it.</param>
    /// <param name="labelled">The picture and its class.</param>
    /// <returns>Null, or why the picture cannot be read.</returns>
    /// <exception cref="EvaluationException">A run failed.</exception>
    public ImageFault? Evaluate(byte[] image, int place, LabelledPicture labelled)
    {
        if (_decoder.Decode(image, _trials[0].Session.Input, _tensor) is { } fault)
            return fault;

        for (var turn = 0; turn < _trials.Count; turn++)
            Run((place + turn) % _trials.Count, labelled.Picture);
        for (var i = 0; i < _trials.Count; i++)
            _trials[i].Answers[place] = Judge(i, labelled.Class);
        return null;
    }

    public void Dispose()
    {
        for (var i = 0; i < _slots.Length; i++)
            _trials[i].Session.Return(_slots[i]);
        _decoder.Dispose();
    }

    private void Run(int variant, Picture picture)
    {
        var slot = _slots[variant];
        _tensor.CopyTo(slot.Input);
        try
        {
            var started = _clock.GetTimestamp();
            slot.Run();
            _runs[variant] = _clock.GetElapsedTime(started);
        }
        catch (OnnxRuntimeException error)
        {
            throw new EvaluationException(
                $"variant {_trials[variant].Name} failed on {picture.Path}: {error.Message.ReplaceLineEndings(" ")}; "
                + "leave it out, or make it anew",
                error);
        }
    }

    private VariantAnswer Judge(int variant, int rightClass)
    {
        var scores = _slots[variant].Scores;
        var logarithms = variant == 0 ? _original : _other;
        if (!Scores.AreFinite(scores))
        {
            logarithms.AsSpan().Fill(double.NaN);
            return new(-1, int.MaxValue, double.NaN, _runs[variant]);
        }

        Scores.LogProbabilities(scores, _trials[variant].Session.Output, logarithms);
        return new(Scores.Best(scores), Scores.Rank(scores, rightClass), Scores.Divergence(_original, logarithms), _runs[variant]);
    }
}
