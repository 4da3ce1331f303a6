using System.Globalization;
using System.Text;

namespace Lineup.Failures;

/// <summary>The results as a table in Markdown.</summary>
internal static class FailureTable
{
    public static string Write(IReadOnlyList<FailureResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| what goes wrong | sent | answered | failed | answered wrongly | asked again by frontends / by the client | longest gap between answers | 50th / 99th percentile, longest | state lost |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var result in results)
            text.AppendLine(Row(result));
        return text.ToString();
    }

    private static string Row(FailureResult result)
    {
        if (result.Load is not { } load)
            return $"| {result.Fault.Title} | | | skipped: {result.Skipped} | | | | | |";
        var failures = load.Failed == 0 ? "0" : string.Join(", ", load.Failures.OrderByDescending(code => code.Value).Select(code => $"{code.Value} `{code.Key}`"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {result.Fault.Title} | {load.Sent} | {load.Answered} | {failures} | {load.Wrong} | {result.FrontendRetries} / {load.ClientRetries} | {load.LongestGap.TotalSeconds:0.00} s | {load.Quantile(0.5).TotalMilliseconds:0} / {load.Quantile(0.99).TotalMilliseconds:0} ms, {load.Quantile(1).TotalSeconds:0.0} s | {result.Lost} |");
    }
}
