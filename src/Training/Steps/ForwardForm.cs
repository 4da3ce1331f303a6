using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;

namespace Lineup.Training.Steps;

/// <summary>
/// The form of a model that steps are built from: constants as initializers, shapes known, padding written out, operators of set 13 or
/// later, BatchNormalization left as it is.
/// </summary>
internal static class ForwardForm
{
    /// <summary>A copy of the model in that form, with a free batch.</summary>
    /// <exception cref="UnsupportedModelException">It is no classifier of pictures, or of operators too old.</exception>
    public static OnnxModel Of(OnnxModel model)
    {
        var copy = model.Clone();
        new RemoveInitializerInputs().Run(copy);
        new FoldConstants().Run(copy);
        new RemoveUnused().Run(copy);
        if (copy.Graph.Inputs.Count != 1 || copy.Graph.Inputs[0].Dims is not { Count: 4 } || copy.Graph.Outputs.Count != 1)
        {
            throw new UnsupportedModelException(
                $"Only a classifier with one input of pictures and one output can be trained; this has {copy.Graph.Inputs.Count} inputs and "
                + $"{copy.Graph.Outputs.Count} outputs.");
        }

        new InferShapes().Run(copy);
        new UpgradeOpset().Run(copy);
        new ExplicitPads().Run(copy);
        GraphValidator.Validate(copy);
        return copy;
    }

    /// <summary>A copy whose batch is of one size, so that every value has a known shape.</summary>
    /// <exception cref="UnsupportedModelException">A shape is not known, or does not follow the batch.</exception>
    public static OnnxModel WithBatch(OnnxModel form, int batch)
    {
        var copy = form.Clone();
        var free = copy.Graph.Inputs[0].Dims![0];
        if (free.Size is { } size && size != batch)
            throw new UnsupportedModelException($"The model takes batches of {size} alone, not of {batch}.");
        foreach (var value in copy.Graph.Values().Where(value => value.Dims is not null))
            value.Dims = [.. value.Dims!.Select(dim => dim.Size is null && dim == free ? batch : dim)];
        var unknown = copy.Graph.Values().Where(value => value.Type == ElementType.Float && value.StaticShape() is null).Take(3).ToArray();
        if (unknown.Length > 0)
            throw new UnsupportedModelException($"The size of {string.Join(", ", unknown.Select(value => $"'{value}'"))} is not known.");
        return copy;
    }
}
