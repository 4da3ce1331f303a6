namespace Lineup.Compression.Quantization;

/// <summary>What a caller may decide about int8 quantization.</summary>
public sealed record QuantizationOptions
{
    /// <summary>
    /// The way to choose activation ranges; null lets the quantizer try all and take the one that diverges least from the original on
    /// some calibration pictures. Default: null.
    /// </summary>
    public RangeMethod? Range { get; init; }

    /// <summary>
    /// Keeps weights within -63..63, for x86 processors without VNNI, whose int8 products are summed in 16 bits and may saturate.
    /// Costs accuracy. Default: false.
    /// </summary>
    public bool ReducedRange { get; init; }

    /// <summary>Most pictures for trying range methods. Default: 100.</summary>
    public int TrialPictures { get; init; } = 100;

    /// <summary>Corrects biases for the mean error that rounding the weights makes. Default: true.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>Scales channels in front of depthwise convolutions to use the whole range. Default: true.</summary>
    public bool Equalization { get; init; } = true;

    /// <summary>Also measures how much each layer alone costs; takes about half a minute for a MobileNet. Default: false.</summary>
    public bool Sensitivity { get; init; }

    internal int LargestWeight => ReducedRange ? 63 : 127;
}
