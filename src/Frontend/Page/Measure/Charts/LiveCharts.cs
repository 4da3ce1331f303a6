using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Measure.Live;
using Lineup.Frontend.Page.Texts;
using Lineup.Reports.Charts;
using static Lineup.Frontend.Page.Texts.Texts;

namespace Lineup.Frontend.Page.Measure.Charts;

/// <summary>Latency, throughput and stages of one model's variants in the last minutes.</summary>
internal sealed class LiveCharts(ModelResponse model, LiveSnapshot live)
{
    /// <summary>Width of a step of the lines: wide enough for a 99th percentile from ten requests a second on.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    /// <summary>What tables and bars sum up.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    private static readonly string[] Stages = [Text.StageQueue, Text.StageDecode, Text.StageInference];

    /// <param name="share">The quantile, 0.5 or 0.99.</param>
    public LinePlot Latency(double share) => Lines(
        Say(share > 0.9 ? Text.LatencyP99ChartTitle : Text.LatencyP50ChartTitle, model.Name),
        share > 0.9 ? Text.AxisP99 : Text.AxisP50,
        share > 0.9 ? Text.NoP99Yet : Text.NoRequestsYet,
        span => span.Quantile(share)?.TotalMilliseconds);

    public LinePlot Throughput() => Lines(Say(Text.ThroughputChartTitle, model.Name), Text.AxisRate, Text.NothingSeenYet, span => span.Rate);

    public StagePlot StageTimes() => new()
    {
        Title = Say(Text.StagesChartTitle, model.Name),
        Description = Text.StagesDescription,
        Notes = [Text.StagesNote],
        TimeLabel = Text.AxisStages,
        Stages = Stages,
        Bars = [.. Summaries().Select((summary, style) => Bar(summary, style))],
    };

    /// <summary>The last minute of each variant; null where nothing was looked at.</summary>
    public IEnumerable<(string Variant, LiveSpan? Recent)> Summaries() =>
        model.Variants.Select(variant => (variant.Name, live.Of(model.Name, variant.Name).Last(Recent, live.At)));

    private static StageBar Bar((string Variant, LiveSpan? Recent) summary, int style)
    {
        if (summary.Recent is not { Answered: > 0 } recent)
            return new(summary.Variant, style, [], Text.NoRequestsInMinute, Text.NoRequestsInMinute);
        double[] stages = [.. new[] { recent.Queue, recent.Decode, recent.Inference }.Select(time => (time / recent.Answered).TotalMilliseconds)];
        var total = Say(Text.StageTotal, stages.Sum());
        return new(summary.Variant, style, stages, Say(Text.StageFigures, stages[0], stages[1], stages[2], total), total);
    }

    private LinePlot Lines(string title, string label, string empty, Func<LiveSpan, double?> value) => new()
    {
        Title = title,
        Description = Say(Text.LinesDescription, string.Join("; ", Summaries().Select(summary => Describe(summary.Variant, summary.Recent)))),
        Notes = [Say(Text.LinesNote, (int)Step.TotalSeconds)],
        TimeLabel = Text.AxisMinutesAgo,
        ValueLabel = label,
        Empty = empty,
        Window = LiveTracker.Window,
        Series = [.. model.Variants.Select((variant, style) => new LineSeries(variant.Name, style, Points(variant.Name, value)))],
    };

    private static string Describe(string variant, LiveSpan? recent) => recent is { Answered: > 0 }
        ? Say(Text.LineDescription, variant, recent.Rate, Figures.Milliseconds(recent.Quantile(0.5)?.TotalMilliseconds))
        : Say(Text.LineDescriptionEmpty, variant);

    private LinePoint[] Points(string variant, Func<LiveSpan, double?> value)
    {
        List<LinePoint> points = [];
        DateTimeOffset? before = null;
        foreach (var step in live.Of(model.Name, variant).InSteps(Step))
        {
            // Nobody looked in between: no line either.
            if (before is { } end && step.From - end > TimeSpan.FromSeconds(1))
                points.Add(new(live.At - end, null));
            points.Add(new(Ago(step), value(step)));
            before = step.To;
        }

        return [.. points];
    }

    /// <summary>The middle of a step, so that a line does not run ahead of what it tells.</summary>
    private TimeSpan Ago(LiveSpan step)
    {
        var ago = live.At - step.From - ((step.To - step.From) / 2);
        return ago < TimeSpan.Zero ? TimeSpan.Zero : ago > LiveTracker.Window ? LiveTracker.Window : ago;
    }
}
