using Lineup.GrainInterfaces.Variants;

namespace Lineup.GrainInterfaces.Statistics;

/// <summary>
/// What a variant has served: requests by outcome, and latencies of the successful ones by stage. Statistics of several silos add up.
/// Not thread-safe; a grain's turns are what guards it.
/// </summary>
[GenerateSerializer, Alias("lineup.VariantStatistics")]
public sealed class VariantStatistics
{
    /// <summary>Requests by outcome.</summary>
    [Id(0)]
    public Dictionary<ClassifyOutcome, long> Requests { get; private set; } = [];

    [Id(1)]
    public LatencyHistogram Queue { get; private set; } = new();

    /// <summary>Pictures decoded for this variant itself; shared decodings are counted where they were done.</summary>
    [Id(2)]
    public LatencyHistogram Decode { get; private set; } = new();

    [Id(3)]
    public LatencyHistogram Inference { get; private set; } = new();

    [Id(4)]
    public LatencyHistogram Total { get; private set; } = new();

    public void Record(ClassifyOutcome outcome, StageTimes times)
    {
        Requests[outcome] = Requests.GetValueOrDefault(outcome) + 1;
        if (outcome != ClassifyOutcome.Ok)
            return;
        Queue.Record(times.Queue);
        if (!times.DecodeShared)
            Decode.Record(times.Decode);
        Inference.Record(times.Inference);
        Total.Record(times.Total);
    }

    /// <summary>Adds what another variant, replica or silo has counted.</summary>
    public void Add(VariantStatistics other)
    {
        foreach (var (outcome, count) in other.Requests)
            Requests[outcome] = Requests.GetValueOrDefault(outcome) + count;
        Queue.Add(other.Queue);
        Decode.Add(other.Decode);
        Inference.Add(other.Inference);
        Total.Add(other.Total);
    }

    /// <summary>A copy that later recordings do not change.</summary>
    public VariantStatistics Copy()
    {
        var copy = new VariantStatistics();
        copy.Add(this);
        return copy;
    }
}
