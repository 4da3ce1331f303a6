using Lineup.Frontend.Page.Measure.Evaluations;
using Lineup.Frontend.Page.Measure.Live;
using Lineup.Frontend.Page.Texts;
using Lineup.Reports.Charts;
using Lineup.Reports.Intervals;
using static Lineup.Frontend.Page.Texts.Texts;

namespace Lineup.Frontend.Page.Measure.Charts;

/// <summary>Which accuracy a chart shows.</summary>
public enum AccuracyMeasure
{
    /// <summary>Share of the pictures whose best class is right.</summary>
    Top1,

    /// <summary>Share of the pictures with the original's best class.</summary>
    Agreement,
}

/// <summary>Which time a chart shows.</summary>
public enum TimeMeasure
{
    /// <summary>Mean time of a run in the evaluation.</summary>
    Evaluation,

    /// <summary>Median time of a run over all requests that were served.</summary>
    Live,
}

/// <summary>Accuracy against latency of one model's variants, as figures. A variant that lacks one of the two is left out, and says why.</summary>
public sealed record TradeOff
{
    private TradeOff(string model, AccuracyMeasure accuracy, TimeMeasure time) => (Model, Accuracy, Time) = (model, accuracy, time);

    public string Model { get; }

    public AccuracyMeasure Accuracy { get; }

    public TimeMeasure Time { get; }

    public required IReadOnlyList<TradeOffPoint> Points { get; init; }

    /// <summary>Names of variants that were never evaluated.</summary>
    public required IReadOnlyList<string> NotEvaluated { get; init; }

    /// <summary>Names of variants that were evaluated but have served too few requests for a live time.</summary>
    public required IReadOnlyList<string> NotServed { get; init; }

    /// <summary>What the figures belong to, in one line: of the first that is drawn or, while none is, of the first that could be.</summary>
    public required string Conditions { get; init; }

    /// <summary>Fastest first; no other variant is both faster and more accurate than one of these.</summary>
    public IReadOnlyList<TradeOffPoint> Front => ParetoFront.Of(Points, point => point.Milliseconds, point => point.Percent);

    public static TradeOff Of(string model, IReadOnlyList<EvaluationRow> rows, LiveSnapshot live, AccuracyMeasure accuracy, TimeMeasure time)
    {
        List<TradeOffPoint> points = [];
        List<string> notServed = [];
        foreach (var row in rows.Where(row => row.Evaluation is not null))
        {
            var median = live.Of(model, row.Name).RunMedian?.TotalMilliseconds;
            if ((time == TimeMeasure.Evaluation ? row.Evaluation!.MeanMs : median) is { } milliseconds)
                points.Add(new(row, milliseconds, accuracy));
            else
                notServed.Add(row.Name);
        }

        return new(model, accuracy, time)
        {
            Points = points,
            NotEvaluated = [.. rows.Where(row => row.Evaluation is null).Select(row => row.Name)],
            NotServed = notServed,
            Conditions = (points.FirstOrDefault()?.Row ?? rows.FirstOrDefault(row => row.Evaluation is not null))?.Conditions ?? "",
        };
    }

    public string TimeLabel => Time == TimeMeasure.Live ? Text.AxisTimeLive : Text.AxisTimeEvaluation;

    public string AccuracyLabel => Accuracy == AccuracyMeasure.Agreement ? Text.AxisAgreement : Text.AxisTop1;

    public ScatterPlot ToPlot() => new()
    {
        Title = Say(Text.TradeOffChartTitle, Model),
        Description = Say(
            Text.TradeOffDescription,
            string.Join("; ", Points.Select(point => point.Description)),
            string.Join(", ", Front.Select(point => point.Row.Name))),
        Notes = [Conditions, Text.TradeOffLegend],
        TimeLabel = TimeLabel,
        AccuracyLabel = AccuracyLabel,
        Points = [.. Points.Select(point => point.ToPlot())],
    };
}

/// <summary>One variant in the chart.</summary>
public sealed record TradeOffPoint(EvaluationRow Row, double Milliseconds, AccuracyMeasure Accuracy)
{
    /// <summary>The original agrees with itself by definition.</summary>
    public double Percent => Accuracy == AccuracyMeasure.Agreement ? Row.Agreement ?? 100 : Row.Evaluation!.Top1;

    public WilsonInterval? Interval => Accuracy == AccuracyMeasure.Agreement ? Row.AgreementInterval : Row.Top1Interval;

    /// <summary>What its area stands for: the compressed size, or that of the file where it was not measured.</summary>
    public long Bytes => Row.Variant.CompressedBytes ?? Row.Variant.FileBytes;

    public string Description => Say(
        Text.TradeOffPoint, Row.Name, Figures.Percent(Percent), Figures.Milliseconds(Milliseconds), Figures.Size(Bytes));

    public ScatterPoint ToPlot() => new(Row.Name, Row.Style, Milliseconds, Percent, Bytes, Description)
    {
        Interval = Interval is { } known ? (known.Low, known.High) : null,
    };
}
