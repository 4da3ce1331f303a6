using System.Globalization;

namespace Lineup.Compression.Pruning.Channels;

/// <summary>
/// Decides how many channels each space loses. What that costs is measured on the answers: each space alone loses more and more of its
/// channels, and what the answers move by from one level to the next is shared among the channels between them as their losses are.
/// </summary>
internal sealed class ChannelAllocation(
    IReadOnlyList<ChannelTrace> traces, ChannelBudget budget, ChannelTrials trials, PruningSettings settings, double reduction)
{
    private readonly List<string> _notes = [];

    /// <summary>What was found, in words.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Channels that each space loses.</summary>
    public int[] Decide(Action<double> progress)
    {
        var measured = new List<ChannelTrace>();
        foreach (var trace in traces)
        {
            measured.Add(Measure(trace));
            progress((double)measured.Count / traces.Count);
        }

        var removals = budget.Share(measured, reduction);
        _notes.Add(string.Create(
            CultureInfo.InvariantCulture, $"All removals together move the answers by {Shift(removals):0.0000} nats before any fitting in sequence."));
        return removals;
    }

    private ChannelTrace Measure(ChannelTrace trace)
    {
        var costs = new double[trace.Costs.Length];
        var depth = (double)trace.Space.Producers[0].Index / traces.Max(other => other.Space.Producers[0].Index);
        var remains = settings.Mended + ((1 - settings.Mended) * depth);
        var (done, before, highest, rate) = (0, 0d, 0d, 0d);
        var shifts = new List<string>();
        foreach (var level in settings.ChannelLevels)
        {
            var count = Math.Clamp((int)(level * trace.Space.Channels), 1, costs.Length);
            if (count <= done)
                continue;
            var shift = trials.Shift(new Dictionary<ChannelSpace, int[]> { [trace.Space] = trace.Kept(count) });
            rate = remains * (shift - before) / Math.Max(1e-12, trace.Costs.AsSpan(done, count - done).ToArray().Sum());
            Spend(count);
            before = shift;
            shifts.Add(string.Create(CultureInfo.InvariantCulture, $"{shift:0.0000} without {count}"));
        }

        // Beyond the last level losses go on to be worth what they were.
        Spend(costs.Length);
        _notes.Add($"{trace.Space.Producers[0].Name}, {trace.Space.Channels} channels: the answers move by {string.Join(", ", shifts)}.");
        return trace with { Costs = costs };

        void Spend(int end)
        {
            for (; done < end; done++)
                costs[done] = highest = Math.Max(highest, rate * trace.Costs[done]);
        }
    }

    private double Shift(int[] removals) => trials.Shift(traces.Zip(removals)
        .Where(pair => pair.Second > 0)
        .ToDictionary(pair => pair.First.Space, pair => pair.First.Kept(pair.Second)));
}
