namespace Lineup.Compression.Onnx.Passes;

/// <summary>
/// Fills in type and shape of every value by running the model, all values as outputs, on a batch of one. Where the batch is free, a
/// second run on a batch of two tells which sides follow it.
/// </summary>
/// <param name="inputShapes">Shapes by input name, for models that leave more than the batch free; may be null.</param>
public sealed class InferShapes(IReadOnlyDictionary<string, long[]>? inputShapes = null) : IGraphPass
{
    public string Name => "infer shapes";

    public PassResult Run(OnnxModel model)
    {
        var (done, left) = (new List<string>(), new List<string>());
        var values = model.Graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().ToDictionary(value => value.Name);
        using var session = GraphSession.LoadWithTaps(model, values.Values);
        var single = session.RunForShapes(SampleInputs.Create(model, 1, inputShapes));
        var batch = model.Graph.Inputs.FirstOrDefault(input => input.Data is null && SampleInputs.HasFreeBatch(input))?.Dims![0];
        var doubled = batch is null ? single : Doubled(model, session, left) ?? single;

        for (var i = 0; i < session.Outputs.Count; i++)
        {
            if (!values.TryGetValue(session.Outputs[i], out var value))
                continue;
            var dims = single[i].Dims.Zip(doubled[i].Dims, (one, two) => Side(one, two, batch)).ToArray();
            if (value.Type == single[i].Type && value.Dims is not null && value.Dims.SequenceEqual(dims))
                continue;
            (value.Type, value.Dims) = (single[i].Type, dims);
            done.Add(value.ToString());
        }

        return new(Name, done, left);
    }

    private (ElementType Type, long[] Dims)[]? Doubled(OnnxModel model, GraphSession session, List<string> left)
    {
        try
        {
            return session.RunForShapes(SampleInputs.Create(model, 2, inputShapes));
        }
        catch (InvalidModelException error)
        {
            left.Add($"The batch is declared free, but the model runs on one picture only: {error.Message}");
            return null;
        }
    }

    private static Dimension Side(long one, long two, Dimension? batch) =>
        one == two ? one : one == 1 && two == 2 ? batch!.Value : new Dimension(null);
}
