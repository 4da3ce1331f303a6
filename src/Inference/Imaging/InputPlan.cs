using Lineup.ModelRepository.Manifests;

namespace Lineup.Inference.Imaging;

/// <summary>A model's input specification, checked and compiled for <see cref="TensorDecoder"/>. Immutable; shared by all lanes.</summary>
public sealed class InputPlan
{
    /// <exception cref="ArgumentException">The specification cannot be followed; the message names every problem.</exception>
    public InputPlan(InputSpecification input)
    {
        var problems = input.Problems().ToArray();
        if (problems.Length > 0)
            throw new ArgumentException(string.Join("; ", problems), nameof(input));
        Input = input;
        Normalizer = new(input);
    }

    public InputSpecification Input { get; }

    /// <summary>Floats in the tensor of one picture: width x height x 3.</summary>
    public int Length => Input.Width * Input.Height * 3;

    /// <summary>The tensor's shape for one picture: 1 x 3 x H x W, or 1 x H x W x 3.</summary>
    public long[] Shape => Input.Layout == TensorLayout.Nchw
        ? [1, 3, Input.Height, Input.Width]
        : [1, Input.Height, Input.Width, 3];

    internal PixelNormalizer Normalizer { get; }
}
