namespace Lineup.Training.Networks;

/// <summary>A compact residual network, told by a few numbers. <see cref="ResidualNetwork"/> builds it.</summary>
public sealed record NetworkSpecification
{
    /// <summary>Channels of the first convolution, which sees the picture at full size. 4 to 256.</summary>
    public required int Stem { get; init; }

    /// <summary>
    /// Whether the first convolution begins with filters that tell the pictures' most frequent differences apart, instead of any: see
    /// <see cref="PrincipalFilters"/>. <see cref="Stem"/> is then even and at most 54. Default: false.
    /// </summary>
    public bool StemFromPictures { get; init; }

    /// <summary>What follows, each stage at the size that the one before leaves. 1 to 8.</summary>
    public required IReadOnlyList<StageSpecification> Stages { get; init; }

    /// <summary>Says everything that is wrong; empty when it can be built for inputs of that size.</summary>
    /// <param name="width">Of the input in pixels.</param>
    /// <param name="height">Of the input in pixels.</param>
    public IEnumerable<string> Problems(int width, int height)
    {
        if (Stem is < 4 or > 256)
            yield return $"network.stem must be 4 to 256 channels, not {Stem}";
        if (StemFromPictures && (Stem % 2 != 0 || Stem > PrincipalFilters.Most))
            yield return $"network.stem must be even and at most {PrincipalFilters.Most} with network.stemFromPictures, not {Stem}";
        if (Stages is not { Count: >= 1 and <= 8 })
        {
            yield return "network.stages must hold 1 to 8 stages";
            yield break;
        }

        for (var i = 0; i < Stages.Count; i++)
        {
            var stage = Stages[i];
            if (stage.Width is < 4 or > 1024)
                yield return $"network.stages[{i}].width must be 4 to 1024 channels, not {stage.Width}";
            if (stage.Blocks is < 0 or > 16)
                yield return $"network.stages[{i}].blocks must be 0 to 16, not {stage.Blocks}";
            if (stage.Downsample == Downsampling.None)
                continue;
            if (stage.Downsample != Downsampling.Stride && (width % 2 != 0 || height % 2 != 0))
                yield return $"network.stages[{i}] cannot halve {width} x {height} pixels by pooling: make the input a multiple of 2 for each halving";
            (width, height) = ((width + 1) / 2, (height + 1) / 2);
        }
    }
}

/// <summary>
/// A stage: a 3x3 convolution that brings the picture to the stage's width and size, then residual blocks of two 3x3 convolutions.
/// </summary>
public sealed record StageSpecification
{
    /// <summary>Channels. 4 to 1024.</summary>
    public required int Width { get; init; }

    /// <summary>Residual blocks after the first convolution. 0 to 16.</summary>
    public int Blocks { get; init; }

    /// <summary>How the stage halves the picture.</summary>
    public Downsampling Downsample { get; init; } = Downsampling.Stride;
}

/// <summary>How a stage halves the picture.</summary>
public enum Downsampling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By a convolution of every other pixel: a quarter of the work of the others.</summary>
    Stride,

    /// <summary>By the greatest of each two by two pixels, after the convolution.</summary>
    MaxPool,

    /// <summary>By the mean of each two by two pixels, after the convolution.</summary>
    AveragePool,
}
