using System.Globalization;
using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Measure.Live;
using Lineup.Reports.Tables;

namespace Lineup.Frontend.Page.Measure.Charts;

/// <summary>The live series of a model as a file: a line for each variant and step.</summary>
internal static class LiveCsv
{
    public static string Write(ModelResponse model, LiveSnapshot live) => CsvText.Write(model.Variants
        .SelectMany(variant => live.Of(model.Name, variant.Name).InSteps(LiveCharts.Step).Select(step => Row(model.Name, variant.Name, step)))
        .Prepend(
        [
            "model", "variant", "from", "to", "seconds", "answered", "requests_per_second", "p50_ms", "p99_ms",
            "mean_queue_ms", "mean_decode_ms", "mean_inference_ms", "refused", "failed",
        ]));

    private static IEnumerable<object?> Row(string model, string variant, LiveSpan step) =>
    [
        model, variant, Moment(step.From), Moment(step.To), Rounded(step.Covered.TotalSeconds), step.Answered, Rounded(step.Rate),
        Rounded(step.Quantile(0.5)?.TotalMilliseconds), Rounded(step.Quantile(0.99)?.TotalMilliseconds),
        Mean(step, step.Queue), Mean(step, step.Decode), Mean(step, step.Inference), step.Refused, step.Failed,
    ];

    private static double? Mean(LiveSpan step, TimeSpan sum) => step.Answered > 0 ? Rounded((sum / step.Answered).TotalMilliseconds) : null;

    private static string Moment(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 3) : null;
}
