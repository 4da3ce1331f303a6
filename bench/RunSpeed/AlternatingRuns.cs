using System.Diagnostics;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;

namespace Lineup.RunSpeed;

/// <summary>
/// Runs files in turn, round after round and each round in another order, so that the machine's moods fall on all alike. Ratios are
/// those of one round, of which the median and the spread are given.
/// </summary>
internal static class AlternatingRuns
{
    public static void Measure(IReadOnlyList<FileInfo> files, int side, int threads, int rounds, TimeSpan duration)
    {
        var manifest = new ModelManifest { Name = "measured", Input = new() { Width = side, Height = side } };
        var sessions = files.Select(file => ModelSession.Load(file.FullName, manifest)).ToList();
        var speeds = files.Select(_ => new double[rounds]).ToArray();
        foreach (var session in sessions)
            PerSecond(session, threads, duration);
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < files.Count; turn++)
            {
                var index = (round + turn) % files.Count;
                speeds[index][round] = PerSecond(sessions[index], threads, duration);
            }
        }

        sessions.ForEach(session => session.Dispose());
        Print(files, speeds, threads, rounds);
    }

    private static double PerSecond(ModelSession session, int threads, TimeSpan duration)
    {
        var counts = new int[threads];
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, threads).Select(thread => new Thread(() => counts[thread] = Loop(session, started, duration)));
        var running = workers.ToList();
        running.ForEach(worker => worker.Start());
        running.ForEach(worker => worker.Join());
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static int Loop(ModelSession session, long started, TimeSpan duration)
    {
        var slot = session.TryRent()!;
        var random = new Random(1);
        foreach (ref var value in slot.Input)
            value = (float)((random.NextDouble() * 4) - 2);
        var count = 0;
        for (; Stopwatch.GetElapsedTime(started) < duration; count++)
            slot.Run();
        session.Return(slot);
        return count;
    }

    private static void Print(IReadOnlyList<FileInfo> files, double[][] speeds, int threads, int rounds)
    {
        Console.WriteLine($"\n{threads} thread{(threads > 1 ? "s" : "")}, {rounds} rounds: median (smallest-largest)\n");
        Console.WriteLine("| file | pictures/s | ms | speed-up |\n|---|---|---|---|");
        for (var i = 0; i < files.Count; i++)
        {
            var ratios = speeds[i].Zip(speeds[0], (own, original) => own / original).Order().ToArray();
            var own = speeds[i].Order().ToArray();
            var name = Path.Combine(files[i].Directory!.Name, files[i].Name);
            Console.WriteLine(
                $"| {name} | {own[rounds / 2]:0} ({own[0]:0}-{own[^1]:0}) | {1000 * threads / own[rounds / 2]:0.00} "
                + $"| {ratios[rounds / 2]:0.00} ({ratios[0]:0.00}-{ratios[^1]:0.00}) |");
        }
    }
}
