namespace Lineup.Compression.Pruning.Channels;

/// <summary>The order in which a space's channels go, and what each costs its consumers together.</summary>
/// <param name="Space">The space.</param>
/// <param name="Order">Channels in order of removal.</param>
/// <param name="Costs">Of each removal; never less than of the one before.</param>
internal sealed record ChannelTrace(ChannelSpace Space, int[] Order, double[] Costs)
{
    /// <param name="space">The space.</param>
    /// <param name="removals">Its consumers, in their order; they are used up.</param>
    /// <param name="steps">Channels to remove.</param>
    /// <param name="report">Called after each step.</param>
    public static ChannelTrace Compute(ChannelSpace space, IReadOnlyList<ColumnRemoval> removals, int steps, Action report)
    {
        var (order, costs) = (new int[steps], new double[steps]);
        var removed = new bool[space.Channels];
        var losses = new double[space.Channels];
        double highest = 0;
        for (var step = 0; step < steps; step++)
        {
            Array.Clear(losses);
            foreach (var (removal, consumer) in removals.Zip(space.Consumers))
                removal.AddLosses(losses, consumer.Offset);
            var best = -1;
            for (var channel = 0; channel < losses.Length; channel++)
            {
                if (!removed[channel] && (best < 0 || losses[channel] < losses[best]))
                    best = channel;
            }

            foreach (var (removal, consumer) in removals.Zip(space.Consumers))
                removal.Remove(consumer.Offset + best);
            removed[best] = true;
            order[step] = best;
            costs[step] = highest = Math.Max(highest, losses[best]);
            report();
        }

        return new(space, order, costs);
    }

    /// <summary>Channels that stay after so many removals, ascending.</summary>
    public int[] Kept(int removals)
    {
        var gone = Order.Take(removals).ToHashSet();
        return [.. Enumerable.Range(0, Space.Channels).Where(channel => !gone.Contains(channel))];
    }
}
