using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Throughput;

/// <summary>What a session with two threads a run would give a lone request, and what it would cost under load.</summary>
internal static class LoneRequest
{
    private static readonly (int Threads, bool Spins, int Callers)[] Cases =
        [(1, false, 1), (1, false, 2), (2, true, 1), (2, false, 1), (2, false, 2), (2, true, 2)];

    public static void Run(Workload workload, MeasurementPlan plan)
    {
        foreach (var variant in workload.Variants)
        {
            var file = workload.Find(variant).FilePath;
            Console.WriteLine($"## {workload.Model}/{variant}, Run only\n");
            Console.WriteLine("| threads a run | spinning | callers | img/s (min-max) | p50 ms | p99 ms |");
            Console.WriteLine("|---|---|---|---|---|---|");
            var samples = Cases.ToDictionary(one => one, _ => new List<Sample>());
            for (var round = 0; round < plan.Rounds; round++)
            {
                foreach (var one in Cases)
                    samples[one].Add(Measure(file, one.Threads, one.Spins, one.Callers, plan.Duration));
            }

            foreach (var ((threads, spins, callers), rounds) in samples)
            {
                var median = Sample.Median(rounds);
                Console.WriteLine(
                    $"| {threads} | {(spins ? "yes" : "no")} | {callers} | {median.PerSecond:0} ({rounds.Min(sample => sample.PerSecond):0}-"
                    + $"{rounds.Max(sample => sample.PerSecond):0}) | {median.P50:0.00} | {median.P99:0.00} |");
            }

            Console.WriteLine();
        }
    }

    private static Sample Measure(string file, int threads, bool spins, int callers, TimeSpan duration)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
        using var session = new InferenceSession(file, options);
        var shape = session.InputMetadata.First().Value.Dimensions.Select(side => (long)Math.Max(side, 1)).ToArray();
        var times = new List<double>[callers];
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, callers).Select(index => new Thread(() => times[index] = Call(session, shape, started, duration))).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return Sample.From([.. times.SelectMany(list => list)], Stopwatch.GetElapsedTime(started).TotalSeconds, 0);
    }

    private static List<double> Call(InferenceSession session, long[] shape, long started, TimeSpan duration)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(new float[shape.Aggregate((product, side) => product * side)], shape);
        using var options = new RunOptions();
        var times = new List<double>();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            var before = Stopwatch.GetTimestamp();
            session.Run(options, [session.InputNames[0]], [input], [session.OutputNames[0]]).Dispose();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        return times;
    }
}
