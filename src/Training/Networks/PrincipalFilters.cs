using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.Training.Data;

namespace Lineup.Training.Networks;

/// <summary>
/// First filters learned from the pictures before any step: the principal components of 3x3 patches, each scaled so that it gives numbers
/// of variance one, and each once more with the other sign, since a rectifier halves what it sees. What follows then begins with
/// uncorrelated numbers (Page, "How to train your ResNet 8: bag of tricks", 2019; Jordan, "94% on CIFAR-10 in 3.29 seconds", 2024).
/// </summary>
internal static class PrincipalFilters
{
    private const int Side = 3;
    private const int Length = 3 * Side * Side;
    /// <summary>Pictures looked at, each drawn from all.</summary>
    private const int Looks = 5000;
    private const int PatchesOfEach = 20;

    /// <summary>Keeps directions that hardly occur from being blown up, in squares of normalised numbers.</summary>
    private const double LeastVariance = 5e-4;

    /// <summary>Filters that there can be: each component with both signs.</summary>
    public const int Most = 2 * Length;

    /// <summary>Replaces the numbers of a weight [filters, 3, 3, 3], filters being even.</summary>
    public static void Fill(Value weight, TrainingSet set, InputSpecification input, int seed)
    {
        var (variances, components) = SymmetricEigen.Decompose(Covariance(set, input, seed), Length);
        var half = (int)weight.Data!.Dims[0] / 2;
        weight.SetData(TensorData.Create<float, object?>(weight.Data.Dims, null, (filters, _) =>
        {
            for (var i = 0; i < half; i++)
            {
                var scale = 1 / Math.Sqrt(variances[i] + LeastVariance);
                for (var j = 0; j < Length; j++)
                {
                    filters[(i * Length) + j] = (float)(scale * components[(i * Length) + j]);
                    filters[((half + i) * Length) + j] = -filters[(i * Length) + j];
                }
            }
        }));
    }

    /// <summary>Of patches as the convolution sees them: channel by channel, row by row.</summary>
    private static double[] Covariance(TrainingSet set, InputSpecification input, int seed)
    {
        var augmenter = new Augmenter(input, Augmentation.None);
        using var reader = new PictureReader(set.Pictures.ShorterSide);
        var (tensor, patch) = (new float[augmenter.Length], new double[Length]);
        var (sums, products, count) = (new double[Length], new double[Length * Length], 0);
        var draws = new Draws(seed, 0, 0);
        for (var n = 0; n < Looks; n++)
        {
            augmenter.Prepare(set.Pictures.Get(draws.Below(set.Count), reader), ref draws, false, tensor);
            for (var p = 0; p < PatchesOfEach; p++, count++)
            {
                Cut(tensor, input, draws.Below(input.Width - Side + 1), draws.Below(input.Height - Side + 1), patch);
                for (var i = 0; i < Length; i++)
                {
                    sums[i] += patch[i];
                    for (var j = 0; j < Length; j++)
                        products[(i * Length) + j] += patch[i] * patch[j];
                }
            }
        }

        for (var i = 0; i < products.Length; i++)
            products[i] = (products[i] / count) - (sums[i / Length] * sums[i % Length] / count / count);
        return products;
    }

    private static void Cut(ReadOnlySpan<float> tensor, InputSpecification input, int left, int top, Span<double> patch)
    {
        for (var i = 0; i < Length; i++)
        {
            var (channel, y, x) = (i / (Side * Side), top + (i / Side % Side), left + (i % Side));
            patch[i] = tensor[(((channel * input.Height) + y) * input.Width) + x];
        }
    }
}
