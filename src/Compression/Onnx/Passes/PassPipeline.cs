using System.Globalization;

namespace Lineup.Compression.Onnx.Passes;

/// <summary>
/// Passes in a row. After each the graph is checked and the culprit named; after all of them the outputs are compared with those before,
/// through ONNX Runtime. The model is changed in place, so after an exception it is of no use.
/// </summary>
public sealed class PassPipeline(params IGraphPass[] passes)
{
    /// <summary>
    /// The largest difference of an output, as a share of its largest magnitude, that still counts as the same. Rounding in float32
    /// stays below 1e-5 in nets of 50 layers; a mistake is larger than 1e-1.
    /// </summary>
    private const double Tolerance = 1e-3;

    public IReadOnlyList<IGraphPass> Passes => passes;

    /// <summary>Whether the outputs are compared; on unless turned off.</summary>
    public bool VerifyOutputs { get; init; } = true;

    /// <summary>Shapes by input name, for models that leave more than the batch free.</summary>
    public IReadOnlyDictionary<string, long[]>? InputShapes { get; init; }

    /// <summary>
    /// The form that compression works on: no constants as nodes or as inputs, no BatchNormalization after a Conv, shapes
    /// known, padding written out.
    /// </summary>
    public static PassPipeline Canonical(IReadOnlyDictionary<string, long[]>? inputShapes = null) => new(
        new RemoveInitializerInputs(),
        new RemoveIdentity(),
        new FoldConstants(),
        new FoldBatchNormalization(),
        new RemoveUnused(),
        new InferShapes(inputShapes),
        new ExplicitPads())
    {
        InputShapes = inputShapes,
    };

    /// <exception cref="InvalidModelException">The model was not sound, or a pass broke it.</exception>
    public IReadOnlyList<PassResult> Run(OnnxModel model)
    {
        GraphValidator.Validate(model);
        var inputs = VerifyOutputs ? SampleInputs.Create(model, shapes: InputShapes) : [];
        var before = VerifyOutputs ? Outputs(model, inputs) : [];
        var results = new List<PassResult>(passes.Length);
        foreach (var pass in passes)
        {
            results.Add(pass.Run(model));
            if (GraphValidator.Problems(model).FirstOrDefault() is { } problem)
                throw new InvalidModelException($"The pass '{pass.Name}' broke the graph: {problem}.");
        }

        if (VerifyOutputs && results.Exists(result => result.Changed))
            Compare(before, Outputs(model, inputs));
        return results;
    }

    private static TensorData[] Outputs(OnnxModel model, TensorData[] inputs)
    {
        using var session = GraphSession.Load(model);
        return session.Run(inputs);
    }

    private void Compare(TensorData[] before, TensorData[] after)
    {
        foreach (var (expected, actual) in before.Zip(after))
        {
            var difference = TensorDifference.Relative(expected, actual);
            if (!(difference <= Tolerance))
            {
                throw new InvalidModelException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"An output differs by {difference:0.#####} after the passes {string.Join(", ", passes.Select(pass => pass.Name))}."));
            }
        }
    }
}
