namespace Lineup.Throughput;

/// <summary>One measurement. Latencies in milliseconds, CPU in milliseconds a picture.</summary>
/// <param name="Answered">Answers with predictions.</param>
/// <param name="Refused">Answers that said why not (busy, deadline).</param>
/// <param name="Lost">Requests without an answer: connections refused, broken or timed out.</param>
internal sealed record Sample(double PerSecond, double P50, double P99, double Cpu, long Answered, long Refused = 0, long Lost = 0)
{
    public static Sample From(List<double> times, double seconds, double cpu)
    {
        times.Sort();
        return new(times.Count / seconds, At(0.5), At(0.99), cpu / times.Count, times.Count);

        double At(double share) => times[Math.Min((int)(share * times.Count), times.Count - 1)];
    }

    /// <summary>The sample of median throughput; counts of refused and lost requests are those of all.</summary>
    public static Sample Median(IReadOnlyList<Sample> samples) =>
        samples.OrderBy(sample => sample.PerSecond).ElementAt(samples.Count / 2) with
        {
            Refused = samples.Sum(sample => sample.Refused),
            Lost = samples.Sum(sample => sample.Lost),
        };
}
