using System.Diagnostics;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;

namespace Lineup.RunSpeed;

/// <summary>
/// Runs files in turn, round after round and each round in another order, so that the machine's moods fall on all alike. A measurement
/// is the median of its single runs, which other programs disturb less than their sum. Ratios are those of one round, of which the median
/// and the quartiles are given.
/// </summary>
internal static class AlternatingRuns
{
    public static void Measure(IReadOnlyList<FileInfo> files, int side, int threads, int rounds, TimeSpan duration)
    {
        var manifest = new ModelManifest { Name = "measured", Input = new() { Width = side, Height = side } };
        var sessions = files.Select(file => ModelSession.Load(file.FullName, manifest)).ToList();
        var times = files.Select(_ => new double[rounds]).ToArray();
        foreach (var session in sessions)
            MedianTime(session, threads, duration);
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < files.Count; turn++)
            {
                var index = (round + turn) % files.Count;
                times[index][round] = MedianTime(sessions[index], threads, duration);
            }
        }

        sessions.ForEach(session => session.Dispose());
        Print(files, times, threads, rounds);
    }

    /// <summary>Milliseconds of a run, with as many at once as there are threads.</summary>
    private static double MedianTime(ModelSession session, int threads, TimeSpan duration)
    {
        var times = new List<double>[threads];
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, threads).Select(thread => new Thread(() => times[thread] = Loop(session, started, duration)));
        var running = workers.ToList();
        running.ForEach(worker => worker.Start());
        running.ForEach(worker => worker.Join());
        return Quantile([.. times.SelectMany(own => own)], 0.5);
    }

    private static List<double> Loop(ModelSession session, long started, TimeSpan duration)
    {
        var slot = session.TryRent()!;
        var random = new Random(1);
        foreach (ref var value in slot.Input)
            value = (float)((random.NextDouble() * 4) - 2);
        var times = new List<double>();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            var before = Stopwatch.GetTimestamp();
            slot.Run();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        session.Return(slot);
        return times;
    }

    private static void Print(IReadOnlyList<FileInfo> files, double[][] times, int threads, int rounds)
    {
        Console.WriteLine($"\n{threads} thread{(threads > 1 ? "s" : "")}, {rounds} rounds: median (quartiles)\n");
        Console.WriteLine("| file | ms | speed-up |\n|---|---|---|");
        for (var i = 0; i < files.Count; i++)
        {
            var ratios = times[i].Zip(times[0], (own, original) => original / own).ToArray();
            Console.WriteLine($"| {Path.Combine(files[i].Directory!.Name, files[i].Name)} | {Spread(times[i])} | {Spread(ratios)} |");
        }
    }

    private static string Spread(double[] values) =>
        $"{Quantile(values, 0.5):0.00} ({Quantile(values, 0.25):0.00}-{Quantile(values, 0.75):0.00})";

    private static double Quantile(double[] values, double share) => values.Order().ElementAt((int)(share * values.Length));
}
