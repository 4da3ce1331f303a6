using System.Diagnostics;
using Lineup.Compression.Onnx;
using Lineup.Training.Steps;

namespace Lineup.TrainingStep;

/// <summary>
/// Runs a step and a forward pass in turn. The ratio is that of one round, of which median and quartiles are given, by the clock and by
/// processor time: the latter says the same on a machine that others use too.
/// </summary>
internal static class StepAgainstForward
{
    private const int WarmUps = 3;

    public static void Measure(OnnxModel model, TrainingGraph graph, TrainingSessionOptions options, int rounds)
    {
        using var forward = new ForwardPass(model, [.. graph.ImageShape], options);
        using var session = new TrainingSession(graph, options);
        Noise.Fill(session, graph.Classes);
        var (steps, passes) = (new Cost[rounds], new Cost[rounds]);
        for (var round = -WarmUps; round < rounds; round++)
        {
            var pass = Time(forward.Run);
            var step = Time(() => session.Run(0));
            if (round >= 0)
                (steps[round], passes[round]) = (step, pass);
        }

        var pictures = graph.ImageShape[0];
        Console.WriteLine($"\nbatch {pictures}, {options.Threads} threads, {rounds} rounds: median (quartiles)\n");
        Console.WriteLine("| what | ms | processor ms | pictures a second |\n|---|---|---|---|");
        Print("forward pass", passes, pictures);
        Print("training step", steps, pictures);
        var byClock = Spread(steps.Zip(passes, (step, pass) => step.Clock / pass.Clock), 2);
        var byProcessor = Spread(steps.Zip(passes, (step, pass) => step.Processor / pass.Processor), 2);
        Console.WriteLine($"| step / pass | {byClock} | {byProcessor} | |");
    }

    private static void Print(string what, Cost[] costs, long pictures) => Console.WriteLine(
        $"| {what} | {Spread(costs.Select(cost => cost.Clock), 1)} | {Spread(costs.Select(cost => cost.Processor), 1)} "
        + $"| {Spread(costs.Select(cost => 1000 * pictures / cost.Clock), 0)} |");

    private static Cost Time(Action run)
    {
        var (started, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        run();
        return new(Stopwatch.GetElapsedTime(started).TotalMilliseconds, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
    }

    private static string Spread(IEnumerable<double> values, int digits)
    {
        var sorted = values.Order().ToArray();
        return $"{At(0.5)} ({At(0.25)}-{At(0.75)})";

        string At(double share) => sorted[(int)(share * sorted.Length)].ToString($"F{digits}");
    }

    /// <summary>Milliseconds of one run.</summary>
    private readonly record struct Cost(double Clock, double Processor);
}
