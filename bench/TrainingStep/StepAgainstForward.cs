using System.Diagnostics;
using Lineup.Compression.Onnx;
using Lineup.Training.Steps;

namespace Lineup.TrainingStep;

/// <summary>Runs a step and a forward pass in turn. The ratio is that of one round, of which median and quartiles are given.</summary>
internal static class StepAgainstForward
{
    private const int WarmUps = 3;

    public static void Measure(OnnxModel model, TrainingGraph graph, TrainingSessionOptions options, int rounds)
    {
        using var forward = new ForwardPass(model, [.. graph.ImageShape], options);
        using var session = new TrainingSession(graph, options);
        Noise.Fill(session, graph.Classes);
        var (steps, passes) = (new double[rounds], new double[rounds]);
        for (var round = -WarmUps; round < rounds; round++)
        {
            var pass = Time(forward.Run);
            var step = Time(() => session.Run(0));
            if (round >= 0)
                (steps[round], passes[round]) = (step, pass);
        }

        var pictures = graph.ImageShape[0];
        Console.WriteLine($"\nbatch {pictures}, {options.Threads} threads, {rounds} rounds: median (quartiles)\n");
        Console.WriteLine("| what | ms | pictures a second |\n|---|---|---|");
        Console.WriteLine($"| forward pass | {Spread(passes, 1)} | {Spread([.. passes.Select(ms => 1000 * pictures / ms)], 0)} |");
        Console.WriteLine($"| training step | {Spread(steps, 1)} | {Spread([.. steps.Select(ms => 1000 * pictures / ms)], 0)} |");
        Console.WriteLine($"| step / pass | {Spread([.. steps.Zip(passes, (step, pass) => step / pass)], 2)} | |");
    }

    private static double Time(Action run)
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Spread(double[] values, int digits)
    {
        var sorted = values.Order().ToArray();
        return $"{At(0.5)} ({At(0.25)}-{At(0.75)})";

        string At(double share) => sorted[(int)(share * sorted.Length)].ToString($"F{digits}");
    }
}
