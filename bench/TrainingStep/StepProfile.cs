using System.Text.Json;
using Lineup.Training.Steps;

namespace Lineup.TrainingStep;

/// <summary>What takes the time of a step, by ONNX Runtime's own profile: parts of the step and operators in them.</summary>
internal static class StepProfile
{
    private const int Steps = 4;
    private const int Rows = 24;
    private const string Suffix = "_kernel_time";

    public static void Print(TrainingGraph graph, TrainingSessionOptions options)
    {
        var path = Record(graph, options);
        using var profile = JsonDocument.Parse(File.ReadAllText(path));
        File.Delete(path);
        var events = profile.RootElement.EnumerateArray().Where(IsKernel).Select(Read).ToArray();
        var total = events.Sum(kernel => kernel.Milliseconds);
        Print("part", events.GroupBy(kernel => kernel.Part), total);
        Print("part and operator", events.GroupBy(kernel => $"{kernel.Part}: {kernel.Operator}"), total);
    }

    private static string Record(TrainingGraph graph, TrainingSessionOptions options)
    {
        var prefix = Path.Combine(Path.GetTempPath(), $"lineup-step-{Environment.ProcessId}");
        using var session = new TrainingSession(graph, options with { ProfilePrefix = prefix });
        Noise.Fill(session, graph.Classes);
        for (var step = 0; step < Steps; step++)
            session.Run(0);
        return session.EndProfiling();
    }

    private static bool IsKernel(JsonElement entry) =>
        entry.TryGetProperty("cat", out var category) && category.GetString() == "Node"
        && entry.GetProperty("name").GetString()!.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Nodes are named part/operator/number; a few that ONNX Runtime made itself are not.</summary>
    private static (string Part, string Operator, double Milliseconds) Read(JsonElement entry)
    {
        var name = entry.GetProperty("name").GetString()!;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return (
            slash > 0 ? name[..slash] : "the runtime's own",
            entry.GetProperty("args").GetProperty("op_name").GetString()!,
            entry.GetProperty("dur").GetDouble() / 1000);
    }

    private static void Print(
        string what, IEnumerable<IGrouping<string, (string Part, string Operator, double Milliseconds)>> groups, double total)
    {
        Console.WriteLine($"\n| {what} | ms a step | share | nodes |\n|---|---|---|---|");
        foreach (var group in groups.OrderByDescending(group => group.Sum(kernel => kernel.Milliseconds)).Take(Rows))
        {
            var sum = group.Sum(kernel => kernel.Milliseconds);
            Console.WriteLine($"| {group.Key} | {sum / Steps:F1} | {100 * sum / total:F1} % | {group.Count() / Steps} |");
        }
    }
}
