namespace Lineup.Throughput;

/// <summary>Collects one variant's samples and prints them as Markdown, with the ratios that matter.</summary>
internal sealed class Report(string model, string variant, IReadOnlyList<int> concurrency)
{
    public const string RunOnly = "bare Run, all cores";
    public const string BareOneThread = "(a) bare pipeline, 1 thread";

    private readonly Dictionary<string, List<Sample>> _samples = [];

    public static string Bare(int connections) => $"(a) bare pipeline, all cores, beside c={connections}";

    public static string Embedded(int connections) => $"(b) frontend with silo, c={connections}";

    public static string TwoProcesses(int connections) => $"(c) frontend and silo, c={connections}";

    public void Add(string name, Sample sample)
    {
        if (!_samples.TryGetValue(name, out var samples))
            _samples[name] = samples = [];
        samples.Add(sample);
    }

    public void Print()
    {
        Console.WriteLine($"## {model}/{variant}\n");
        Console.WriteLine("| what | img/s (min-max) | p50 ms | p99 ms | CPU ms a picture | refused | lost |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, samples) in _samples)
        {
            var median = Sample.Median(samples);
            Console.WriteLine(
                $"| {name} | {median.PerSecond:0} ({samples.Min(sample => sample.PerSecond):0}-{samples.Max(sample => sample.PerSecond):0}) "
                + $"| {median.P50:0.00} | {median.P99:0.00} | {median.Cpu:0.00} | {median.Refused} | {median.Lost} |");
        }

        Console.WriteLine("\n| ratio | median (min-max) of the rounds |");
        Console.WriteLine("|---|---|");
        foreach (var connections in concurrency)
        {
            Ratio($"(a) / bare Run, beside c={connections}", Bare(connections), RunOnly);
            Ratio($"(b) / (a) at c={connections}", Embedded(connections), Bare(connections));
            Ratio($"(c) / (a) at c={connections}", TwoProcesses(connections), Bare(connections));
        }

        if (concurrency.Contains(1))
        {
            var extra = _samples[Embedded(1)].Zip(_samples[BareOneThread], (served, bare) => served.P50 - bare.P50).Order().ToList();
            Console.WriteLine($"| p50 of (b) at c=1 less (a) on one thread | {extra[extra.Count / 2]:0.00} ms ({extra[0]:0.00}-{extra[^1]:0.00}) |");
        }

        Console.WriteLine();
    }

    private void Ratio(string name, string of, string to)
    {
        var ratios = _samples[of].Zip(_samples[to], (one, other) => one.PerSecond / other.PerSecond).Order().ToList();
        Console.WriteLine($"| {name} | {ratios[ratios.Count / 2]:0.000} ({ratios[0]:0.000}-{ratios[^1]:0.000}) |");
    }
}
