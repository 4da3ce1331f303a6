namespace Lineup.Compression.Quantization;

/// <summary>What a caller may decide about int8 quantization.</summary>
public sealed record QuantizationOptions
{
    /// <summary>
    /// The way to choose activation ranges; null lets the quantizer try all and take the one that diverges least from the original on
    /// the calibration pictures, or one that clips less and diverges as little as can be told. Default: null.
    /// </summary>
    public RangeMethod? Range { get; init; }

    /// <summary>
    /// Keeps weights within -63..63, for x86 processors without VNNI, whose int8 products are summed in 16 bits and may saturate.
    /// Costs accuracy. Default: false.
    /// </summary>
    public bool ReducedRange { get; init; }

    /// <summary>
    /// Calibrates on a second view of each picture too, mirrored and squashed, so that there are twice as many to find extremes in; takes
    /// twice as long. Default: true.
    /// </summary>
    public bool ExtraViews { get; init; } = true;

    /// <summary>Most views for trying range methods, at least 1; null for all. Default: null.</summary>
    public int? TrialViews { get; init; }

    /// <summary>Corrects biases for the mean error that rounding the weights makes. Default: true.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>Scales channels in front of depthwise convolutions to use the whole range. Default: true.</summary>
    public bool Equalization { get; init; } = true;

    /// <summary>
    /// Names of layers (nodes, or what they put out) that compute in float with the original's weights; see <see cref="Sensitivity"/>
    /// for those that are worth it. Default: none.
    /// </summary>
    public IReadOnlyList<string> KeepFloat { get; init; } = [];

    /// <summary>Also measures what leaving each layer alone in float would gain; takes about a minute for a MobileNet. Default: false.</summary>
    public bool Sensitivity { get; init; }

    /// <summary>Most pictures for measuring that, at least 1. Default: 100.</summary>
    public int SensitivityPictures { get; init; } = 100;

    internal int LargestWeight => ReducedRange ? 63 : 127;
}
