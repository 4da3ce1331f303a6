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
        OnnxModel model, IReadOnlyList<Value> tensors, CalibrationPictures pictures, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        using var session = new GraphSession(Exposing(model, tensors), pictures.Input.Shape);
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
                    parts[input] = new(picture.Span, Channels(pictures.Input.Shape));
                session.Run(picture, outputs =>
                {
                    for (var i = 0; i < outputs.Count; i++)
                    {
                        if (byName.TryGetValue(session.OutputNames[i], out var value))
                            parts[value] = new(outputs[i].GetTensorDataAsSpan<float>(), Channels(outputs[i].GetTensorTypeAndShape().Shape));
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

                        progress?.Report(++done);
                    }
                }
            },
            cancellationToken);
        return statistics;
    }

    private static int Channels(long[] shape) => (int)(shape.Length > 1 ? shape[1] : shape[0]);

    /// <summary>A copy of the model in which the tensors are graph outputs.</summary>
    private static OnnxModel Exposing(OnnxModel model, IReadOnlyList<Value> tensors)
    {
        var (copy, values) = GraphCopier.Copy(model);
        foreach (var tensor in tensors)
        {
            var value = values[tensor];
            if (!value.IsGraphInput && !value.IsGraphOutput)
                copy.Graph.AddOutput(value);
        }

        return copy;
    }
}
