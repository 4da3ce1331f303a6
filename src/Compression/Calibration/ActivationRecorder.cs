using Lineup.Compression.Onnx;

namespace Lineup.Compression.Calibration;

/// <summary>Runs a model over calibration pictures and records what some of its tensors look like.</summary>
internal static class ActivationRecorder
{
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="tensors">Values of the model to watch: the graph's input or outputs of nodes.</param>
    /// <param name="pictures">What to run it on.</param>
    /// <param name="progress">Told how many pictures are done.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    public static Dictionary<Value, TensorStatistics> Record(
        OnnxModel model,
        IReadOnlyList<Value> tensors,
        CalibrationPictures pictures,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        var shape = pictures.Input.Shape;
        using var session = GraphSession.LoadWithTaps(model, tensors.Where(value => !value.IsGraphInput), new(Optimize: true));
        var byName = tensors.ToDictionary(value => value.Name);
        var statistics = new Dictionary<Value, TensorStatistics>();
        var done = 0;
        var pending = new SortedDictionary<int, Dictionary<Value, TensorStatistics.Picture>>();
        var gate = new Lock();

        pictures.ForEach(
            (index, picture) =>
            {
                var parts = new Dictionary<Value, TensorStatistics.Picture>();
                foreach (var input in tensors.Where(value => value.IsGraphInput))
                    parts[input] = Part(input, picture.Span, shape);
                session.Run(picture, shape, outputs =>
                {
                    for (var i = 0; i < outputs.Count; i++)
                    {
                        if (byName.TryGetValue(session.Outputs[i], out var value))
                            parts[value] = Part(value, outputs[i].GetTensorDataAsSpan<float>(), outputs[i].GetTensorTypeAndShape().Shape);
                    }
                });

                lock (gate)
                {
                    // Sums of floating-point numbers depend on their order, so parts wait for those before them.
                    pending[index] = parts;
                    while (pending.Remove(done, out var next))
                    {
                        foreach (var (value, part) in next)
                        {
                            if (!statistics.TryGetValue(value, out var sum))
                                statistics[value] = sum = new(part.ChannelSum.Length);
                            sum.Add(part);
                        }

                        done++;
                        progress?.Report(done);
                    }
                }
            },
            cancellationToken);
        return statistics;
    }

    private static TensorStatistics.Picture Part(Value value, ReadOnlySpan<float> values, long[] shape)
    {
        var part = new TensorStatistics.Picture(values, shape.Length > 1 ? (int)shape[1] : 1);
        return part.IsFinite
            ? part
            : throw new InvalidModelException(
                $"'{value.Name}' holds numbers that are not finite for some calibration pictures, so it has no range.");
    }
}
