using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Evaluation;

/// <summary>
/// How pictures are brought to the model's input size when model.json is not to be followed: a data set may have been scaled or
/// cropped already by whoever published it.
/// </summary>
public sealed record EvaluationGeometry
{
    private EvaluationGeometry()
    {
    }

    private int? ShorterSide { get; init; }

    /// <summary>The centre is cut out and nothing is scaled.</summary>
    public static EvaluationGeometry CropOnly { get; } = new();

    /// <summary>The shorter side is scaled to so many pixels before the centre is cut out.</summary>
    public static EvaluationGeometry Resize(int shorterSide) => new() { ShorterSide = shorterSide };

    /// <summary>In words, such as "resize 256, crop 224".</summary>
    public static string Describe(InputSpecification input) => (input.ResizeShorterSide, input.CenterCrop) switch
    {
        (null, null) => $"scale to {input.Width}x{input.Height}",
        (null, { } crop) => $"crop {crop}",
        ({ } side, _) => $"resize {side}, crop {input.Width}",
    };

    /// <exception cref="EvaluationException">The model's input cannot be filled that way.</exception>
    internal InputSpecification Apply(InputSpecification input)
    {
        var changed = input with { ResizeShorterSide = ShorterSide, CenterCrop = input.Width };
        var problems = changed.Problems().ToList();
        return problems.Count == 0
            ? changed
            : throw new EvaluationException($"this geometry does not fit the model: {string.Join("; ", problems)}");
    }
}
