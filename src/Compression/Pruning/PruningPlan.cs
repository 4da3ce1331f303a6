using System.Globalization;

namespace Lineup.Compression.Pruning;

/// <summary>What is done with a layer's weights.</summary>
public enum LayerTreatment
{
    /// <summary>Left bit for bit.</summary>
    Untouched,

    /// <summary>No weight is removed, but all are fitted to the pruned input.</summary>
    Refitted,

    /// <summary>Weights or channels are removed.</summary>
    Pruned,
}

/// <summary>What will be done with one node that has weights.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Operator">Its operator, with the kernel of a convolution.</param>
/// <param name="Weights">Number of weights, without biases.</param>
/// <param name="Treatment">What is done.</param>
/// <param name="Sparsity">Share of its weights that become zero; null where only the pictures tell.</param>
/// <param name="Why">The reason, in words.</param>
public sealed record PlannedLayer(string Node, string Operator, int Weights, LayerTreatment Treatment, double? Sparsity, string Why);

/// <summary>
/// What will be pruned and why, as far as the graph alone tells. Which layer bears how much is found by a first pass over the pictures,
/// which measures what removing weights costs each layer; until then such layers have no target of their own.
/// </summary>
/// <param name="Options">What the caller asked for.</param>
/// <param name="Layers">In the order of the graph.</param>
/// <param name="Steps">What is done, in order.</param>
public sealed record PruningPlan(PruningOptions Options, IReadOnlyList<PlannedLayer> Layers, IReadOnlyList<string> Steps)
{
    /// <summary>All weights of the planned layers.</summary>
    public long Weights => Layers.Sum(layer => (long)layer.Weights);

    public override string ToString() => string.Join(
        Environment.NewLine,
        Layers.Select(layer => string.Create(
                CultureInfo.InvariantCulture,
                $"{layer.Node} ({layer.Operator}, {layer.Weights} weights): {layer.Treatment}{(layer.Sparsity is { } share ? $" {share:P1}" : "")}, {layer.Why}"))
            .Concat(Steps));
}
