namespace Lineup.Compression.Pruning;

/// <summary>What is removed.</summary>
public enum PruningStructure
{
    /// <summary>Single weights, wherever they matter least: the file compresses better, the time stays.</summary>
    Weights,

    /// <summary>Whole channels: the file and the time shrink on any hardware, at a higher cost in accuracy.</summary>
    Channels,
}

/// <summary>How it is chosen what to remove, and what happens to the rest.</summary>
public enum PruningMethod
{
    /// <summary>
    /// Layer by layer, what is removed costs the layer's output least, and what remains is fitted to the original's output on the
    /// calibration pictures.
    /// </summary>
    Reconstruct,

    /// <summary>The smallest weights of each layer go, the rest stays as it is. For comparison: a MobileNet does not survive it.</summary>
    Magnitude,
}

/// <summary>What a caller may decide about pruning.</summary>
public sealed record PruningOptions
{
    /// <summary>What is removed. Default: single weights.</summary>
    public PruningStructure Structure { get; init; } = PruningStructure.Weights;

    /// <summary>How. Default: reconstruct. Channels can only be removed so.</summary>
    public PruningMethod Method { get; init; } = PruningMethod.Reconstruct;

    /// <summary>Share of all weights of Conv and Gemm that become zero. Default: 0.5. Legal: above 0, at most 0.95.</summary>
    public double Sparsity { get; init; } = 0.5;

    /// <summary>
    /// Share of the last Gemm's weights that become zero; null lets the pictures decide between as many as everywhere and up to 1.4
    /// times as many. Classifiers mostly bear more than convolutions. Default: null. Legal: 0 to 0.95.
    /// </summary>
    public double? ClassifierSparsity { get; init; }

    /// <summary>
    /// For pruned-int8: the steps from zero to the largest weight of each row that rounding may use, in layers that lose weights. Fewer
    /// than 127, which int8 has, compress better, and cost little beside what pruning costs. Default: 24. Legal: 7 to 127.
    /// </summary>
    public int WeightSteps { get; init; } = 24;

    /// <summary>Share of the multiply-adds that go with the channels. Default: 0.3. Legal: above 0, at most 0.8.</summary>
    public double MultiplyAddReduction { get; init; } = 0.3;

    /// <summary>
    /// Also learns from a mirrored view of each picture that is squashed to the input's size instead of cropped. Default: true. Doubles
    /// the time.
    /// </summary>
    public bool ExtraViews { get; init; } = true;

    /// <summary>Threads to use. The result does not depend on it. Default: all cores.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Most bytes for activations kept between layers. Default: 384 MiB. Less makes it slower, and may
    /// change the last bits of the result.</summary>
    public long ActivationBytes { get; init; } = 384L << 20;

    /// <summary>Says everything that is wrong with these options; empty when they can be followed.</summary>
    public IEnumerable<string> Problems()
    {
        if (!(Sparsity is > 0 and <= 0.95))
            yield return $"the sparsity must be above 0 and at most 0.95, not {Sparsity}";
        if (ClassifierSparsity is not (null or (>= 0 and <= 0.95)))
            yield return $"the classifier's sparsity must be 0 to 0.95, not {ClassifierSparsity}";
        if (!(MultiplyAddReduction is > 0 and <= 0.8))
            yield return $"the reduction of multiply-adds must be above 0 and at most 0.8, not {MultiplyAddReduction}";
        if (WeightSteps is < 7 or > 127)
            yield return $"the steps of a weight must be 7 to 127, not {WeightSteps}";
        if (Threads < 1)
            yield return $"the number of threads must be at least 1, not {Threads}";
        if (Structure == PruningStructure.Channels && Method == PruningMethod.Magnitude)
            yield return "channels cannot be pruned by magnitude alone";
    }
}
