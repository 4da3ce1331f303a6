using System.Numerics.Tensors;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Inference.Sessions;

/// <summary>A class index with its probability, 0 to 1.</summary>
public readonly record struct ScoredClass(int Index, float Probability);

/// <summary>From raw scores to the best classes.</summary>
public static class TopK
{
    /// <summary>
    /// The k best classes, best first; equal scores keep class order. Softmax is applied only where the model gives logits. The scores
    /// are overwritten.
    /// </summary>
    public static ScoredClass[] Select(Span<float> scores, ModelOutput output, int k)
    {
        if (output == ModelOutput.Logits)
        {
            TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
            TensorPrimitives.SoftMax<float>(scores, scores);
        }

        var best = new ScoredClass[Math.Min(k, scores.Length)];
        var found = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (found == best.Length && !(scores[i] > best[^1].Probability))
                continue;
            var place = found < best.Length ? found++ : found - 1;
            for (; place > 0 && scores[i] > best[place - 1].Probability; place--)
                best[place] = best[place - 1];
            best[place] = new(i, scores[i]);
        }

        return best;
    }
}
