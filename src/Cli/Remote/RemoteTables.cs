using System.Globalization;
using System.Text.Json;
using Lineup.Cli.Commands;
using Lineup.ModelRepository;

namespace Lineup.Cli.Remote;

/// <summary>Shows what came of a job on a server.</summary>
internal static class RemoteTables
{
    public static void Compressed(JsonElement job)
    {
        var result = job.GetProperty("result");
        if (result.TryGetProperty("plan", out var plan))
        {
            foreach (var line in plan.EnumerateArray())
                Console.Out.WriteLine(line.GetString());
            Console.Error.WriteLine("dry run: nothing was made");
            return;
        }

        var variants = result.GetProperty("variants").EnumerateArray().ToList();
        Tables.Write(
            job.GetProperty("model").GetString()!,
            ["variant", "size", "compressed", "packed", "agreement", "divergence", "seconds"],
            [.. variants.Select(variant => new[]
            {
                Text(variant, "name"),
                ByteSize.Format(variant.GetProperty("bytes").GetInt64()),
                ByteSize.Format(variant.GetProperty("compressedBytes").GetInt64()),
                ByteSize.Format(variant.GetProperty("packedBytes").GetInt64()),
                variant.TryGetProperty("agreement", out var agreement) ? Number(100 * agreement.GetDouble(), "0.0 '%'") : "not verified",
                variant.TryGetProperty("kl", out var kl) ? Number(kl.GetDouble(), "0.0000") : "",
                Number(variant.GetProperty("elapsedMs").GetDouble() / 1000, "0.0"),
            })]);
        foreach (var variant in variants)
        {
            foreach (var step in variant.GetProperty("steps").EnumerateArray())
                Console.Error.WriteLine($"{Text(variant, "name")}: {step.GetString()}");
            if (variant.TryGetProperty("complaint", out var complaint))
                Console.Error.WriteLine($"lineup: warning: {Text(variant, "name")} was kept by force although {complaint.GetString()}");
        }
    }

    public static void Evaluated(JsonElement job)
    {
        var report = job.GetProperty("result").GetProperty("evaluation");
        Tables.Write(
            $"{Text(report, "model")}: {report.GetProperty("images").GetInt32()} pictures of {Text(report, "dataSet")}, {Text(report, "geometry")}",
            ["variant", "top-1 %", "top-5 %", "agreement %", "KL", "ms/image", "speed-up", "size", "compressed"],
            [.. report.GetProperty("variants").EnumerateArray().Select(variant =>
            {
                var evaluation = variant.GetProperty("evaluation");
                return new[]
                {
                    Text(variant, "name"),
                    Number(evaluation.GetProperty("top1").GetDouble(), "0.0"),
                    Number(evaluation.GetProperty("top5").GetDouble(), "0.0"),
                    Number(evaluation.GetProperty("agreement").GetDouble(), "0.0"),
                    evaluation.TryGetProperty("kl", out var divergence) ? Number(divergence.GetDouble(), "0.0000") : "-",
                    Number(evaluation.GetProperty("meanMs").GetDouble(), "0.00"),
                    Number(variant.GetProperty("speedUp").GetDouble(), "0.00"),
                    ByteSize.Format(variant.GetProperty("bytes").GetInt64()),
                    ByteSize.Format(variant.GetProperty("compressedBytes").GetInt64()),
                };
            })]);
        foreach (var failure in report.GetProperty("failures").EnumerateArray())
            Console.Error.WriteLine($"lineup: {Text(failure, "variant")} was not evaluated: {Text(failure, "reason")}");
        if (report.GetProperty("unreadable").GetArrayLength() is > 0 and var unreadable)
            Console.Error.WriteLine($"lineup: warning: {unreadable} pictures cannot be read and do not count");
        foreach (var warning in report.GetProperty("warnings").EnumerateArray())
            Console.Error.WriteLine($"lineup: warning: {warning.GetString()}");
    }

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
