namespace Lineup.Compression.Pruning;

/// <summary>Numbers of the recipe. Found on MobileNets; docs/compression.md says what they give.</summary>
internal sealed record PruningSettings
{
    /// <summary>Pull towards the original weights, as a share of the mean variance of a layer's inputs.</summary>
    public double Damping { get; init; } = 0.01;

    /// <summary>The same for a Gemm, which has one sample a view.</summary>
    public double GemmDamping { get; init; } = 0.03;

    /// <summary>Views of each picture, where extra views are asked for.</summary>
    public int ViewsOfEach { get; init; } = 2;

    /// <summary>Views that layers with large maps are fitted on, while it would take too long to bring all that far.</summary>
    public int EarlyViews { get; init; } = 600;

    /// <summary>Views of the survey.</summary>
    public int SurveyViews { get; init; } = 400;

    /// <summary>Memory for the statistics of layers that are surveyed in one pass over the views.</summary>
    public long SurveyBytes { get; init; } = 768L << 20;

    /// <summary>Views on which the layers' effects on the answers are measured.</summary>
    public int SensitivityViews { get; init; } = 96;

    /// <summary>Share of its weights that a layer loses while its effect is measured.</summary>
    public double SensitivitySparsity { get; init; } = 0.55;

    /// <summary>What is tried for the classifier where the caller does not say, times the sparsity of the whole.</summary>
    public IReadOnlyList<double> ClassifierShares { get; init; } = [1, 1.2, 1.4];

    /// <summary>How evenly removals may be shared: what is tried, of which the best is taken.</summary>
    public IReadOnlyList<Evenness> Evennesses { get; init; } = [new(0, 0.5), new(0, 1), new(0.5, 0.5), new(0.5, 1)];

    /// <summary>Whether a layer whose output is added to a shortcut also makes up for what the shortcut misses.</summary>
    public bool MendShortcuts { get; init; } = true;

    /// <summary>How often a layer in front of a clamp is fitted again, with regard to what the clamp hides.</summary>
    public int ClampRounds { get; init; } = 2;

    /// <summary>Channels are removed so many at a time; half as many where there are few.</summary>
    public int ChannelMultiple { get; init; } = 16;

    /// <summary>Shares of its channels that a space loses while its effect is measured, ascending.</summary>
    public IReadOnlyList<double> ChannelLevels { get; init; } = [0.3];

    /// <summary>No space loses a larger share of its channels.</summary>
    public double MostChannels { get; init; } = 0.75;

    /// <summary>
    /// Share of a shift of the answers that remains where the first layers lose channels: all that follows is fitted to mend it. At the
    /// last layers, all of it remains; between them, in proportion.
    /// </summary>
    public double Mended { get; init; } = 1;

    /// <summary>A space loses no channels if a layer that reads it has fewer samples for each of its inputs: it could not be fitted anew.</summary>
    public double SamplesAnInput { get; init; } = 0.25;

    /// <summary>Of so many views, how many the survey is made on and how many the answers are judged on: never the same, if there are two.</summary>
    public (int Survey, int Answers) Split(int views)
    {
        var answers = Math.Clamp(views / 4, 1, SensitivityViews);
        return (Math.Clamp(views - answers, 1, SurveyViews), answers);
    }

    public double DampingOf(PrunableLayer layer) => layer.Kind == LayerKind.Gemm ? GemmDamping : Damping;
}
