namespace Lineup.Training.Data;

/// <summary>
/// How a picture is changed each time it is shown, by chance but never so that its class would change. What is left out is not done.
/// </summary>
public sealed record Augmentation
{
    /// <summary>Nothing is changed: pictures as serving prepares them.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>Pixels of the input by which the cut is moved at most, to each side; what lies outside is mirrored in. 0 to 64.</summary>
    public int Shift { get; init; }

    /// <summary>
    /// Least share of the picture's area that the cut takes, 0.05 to 1, with an aspect between 3/4 and 4/3 ("Inception crop": Szegedy et
    /// al., "Going deeper with convolutions", 2015); null for the cut that serving takes.
    /// </summary>
    public double? LeastArea { get; init; }

    /// <summary>
    /// Whether pictures are mirrored left to right every other time: half of them, drawn by chance, in even epochs and the others in odd
    /// ones, which shows each both ways sooner than a coin would (Jordan, "94% on CIFAR-10 in 3.29 seconds", 2024).
    /// </summary>
    public bool Flip { get; init; }

    /// <summary>
    /// Side in pixels of a square that is blanked out at a place of chance (DeVries and Taylor, "Improved regularization of
    /// convolutional neural networks with cutout", 2017). 0 to 512.
    /// </summary>
    public int Cutout { get; init; }

    /// <summary>Greatest change of brightness, contrast and saturation, each as a share of what it is. 0 to 0.9.</summary>
    public double Colour { get; init; }

    /// <summary>Says everything that is wrong; empty when it can be followed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Shift is < 0 or > 64)
            yield return $"augmentation.shift must be 0 to 64 pixels, not {Shift}";
        if (LeastArea is not (null or (>= 0.05 and <= 1)))
            yield return "augmentation.leastArea must be 0.05 to 1";
        if (LeastArea is not null && Shift != 0)
            yield return "augmentation.leastArea and augmentation.shift exclude each other: a cut of chance is moved already";
        if (Cutout is < 0 or > 512)
            yield return $"augmentation.cutout must be 0 to 512 pixels, not {Cutout}";
        if (Colour is not (>= 0 and <= 0.9))
            yield return "augmentation.colour must be 0 to 0.9";
    }
}
