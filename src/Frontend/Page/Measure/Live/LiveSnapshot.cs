using Lineup.GrainInterfaces;

namespace Lineup.Frontend.Page.Measure.Live;

/// <summary>The last minutes of all variants, as they were seen at one moment.</summary>
public sealed record LiveSnapshot(DateTimeOffset At, IReadOnlyDictionary<ModelVariantId, LiveSeries> Variants)
{
    public static LiveSnapshot Empty { get; } = new(DateTimeOffset.UnixEpoch, new Dictionary<ModelVariantId, LiveSeries>());

    public LiveSeries Of(string model, string variant) => Variants.GetValueOrDefault(new(model, variant)) ?? LiveSeries.Empty;
}
