namespace Lineup.Compression.Onnx.Passes;

/// <summary>
/// Takes initializers off the inputs. The first versions of the format asked for them there; since, it means that a caller may replace the
/// weights, so that ONNX Runtime can fold nothing.
/// </summary>
public sealed class RemoveInitializerInputs : IGraphPass
{
    /// <summary>The first version of the format in which an initializer need not be an input.</summary>
    private const int FreeInitializers = 4;

    public string Name => "remove initializers from the inputs";

    public PassResult Run(OnnxModel model)
    {
        var done = new List<string>();
        foreach (var value in model.Graph.Initializers.Where(value => value.IsGraphInput).ToArray())
        {
            model.Graph.RemoveInput(value);
            done.Add($"'{value.Name}' is a constant");
        }

        if (done.Count > 0)
            model.IrVersion = Math.Max(model.IrVersion, FreeInitializers);
        return new(Name, done, []);
    }
}
