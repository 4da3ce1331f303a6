using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Measure.Charts;
using Lineup.Frontend.Page.Measure.Evaluations;
using Lineup.Frontend.Page.Measure.Live;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Page.Tests.Measure;

public sealed class EvaluationRowTests
{
    [Fact]
    public void Rows_TimesTakenAlike_HaveASpeedUp()
    {
        var rows = EvaluationRow.Of(Model(("original", Evaluation(4.4)), ("int8", Evaluation(2.2)), ("other", Evaluation(2.2) with { Cpu = "other" })));

        Assert.Equal([1.0, 2.0, null], rows.Select(row => row.SpeedUp));
        Assert.Equal(4400, rows[0].TotalMs!.Value, 1e-6);
        Assert.False(EvaluationRow.AreComparable(rows));
    }

    [Fact]
    public void Rows_Original_IsComparedWithNothing()
    {
        var row = EvaluationRow.Of(Model(("original", Evaluation(4.4))))[0];

        Assert.Null(row.Agreement);
        Assert.Null(row.RightToWrong);
        Assert.NotNull(row.Top1Interval);
    }

    [Theory]
    [InlineData(true, "slow,fast,unknown")]
    [InlineData(false, "fast,slow,unknown")]
    public void Sort_EitherWay_PutsUnknownLast(bool descending, string expected)
    {
        var rows = EvaluationRow.Of(Model(("unknown", null), ("slow", Evaluation(5)), ("fast", Evaluation(2))));
        var column = EvaluationColumn.All.Single(candidate => candidate.Key == "mean_ms");

        var sorted = column.Sort(rows, descending);

        Assert.Equal(expected, string.Join(',', sorted.Select(row => row.Name)));
    }

    [Fact]
    public void TradeOff_NotEvaluated_IsNamedAndLeftOut()
    {
        var rows = EvaluationRow.Of(Model(("original", Evaluation(4.4)), ("int8", Evaluation(2.2)), ("new", null)));

        var tradeOff = TradeOff.Of("m", rows, LiveSnapshot.Empty, AccuracyMeasure.Agreement, TimeMeasure.Evaluation);

        Assert.Equal(["original", "int8"], tradeOff.Points.Select(point => point.Row.Name));
        Assert.Equal(100, tradeOff.Points[0].Percent);
        Assert.Null(tradeOff.Points[0].Interval);
        Assert.Equal(["int8", "original"], tradeOff.Front.Select(point => point.Row.Name));
        Assert.Equal(["new"], tradeOff.NotEvaluated);
    }

    [Fact]
    public void TradeOff_LiveWithoutRequests_NamesThem()
    {
        var rows = EvaluationRow.Of(Model(("original", Evaluation(4.4))));

        var tradeOff = TradeOff.Of("m", rows, LiveSnapshot.Empty, AccuracyMeasure.Top1, TimeMeasure.Live);

        Assert.Empty(tradeOff.Points);
        Assert.Equal(["original"], tradeOff.NotServed);
    }

    [Fact]
    public void Csv_AnyModel_HasAHeaderAndALineAVariant()
    {
        var rows = EvaluationRow.Of(Model(("original", Evaluation(4.4)), ("new", null)));

        var lines = EvaluationColumn.ToCsv("m", rows).Split("\r\n");

        Assert.Equal(4, lines.Length);
        Assert.Single(lines[..3].Select(line => line.Count(letter => letter == ',')).Distinct());
        Assert.StartsWith("m,new,,,,,,,,,,,", lines[2], StringComparison.Ordinal);
    }

    private static EvaluationListing Evaluation(double milliseconds) => new()
    {
        DataSet = "labelled.zip",
        Images = 1000,
        Top1 = 79.5,
        Top5 = 93.9,
        Agreement = 97.5,
        Kl = 0.006,
        MeanMs = milliseconds,
        Cpu = "a processor",
        RightToWrong = 9,
        WrongToRight = 10,
        McNemarP = 0.8,
        P50Ms = milliseconds,
        Threads = 1,
    };

    private static ModelResponse Model(params (string Name, EvaluationListing? Evaluation)[] variants) => new()
    {
        Name = "m",
        Title = "M",
        Width = 224,
        Height = 224,
        Variants = [.. variants.Select(variant => new VariantResponse
        {
            Model = "m",
            Name = variant.Name,
            State = VariantState.Ready,
            FileBytes = 1000,
            Waiting = 0,
            PredictedWaitMs = 0,
            Silo = "a silo",
            Replicas = new() { Wanted = 1, Automatic = true, Most = 1, Reason = "", Serving = [] },
            Evaluation = variant.Evaluation,
            Statistics = StatisticsResponse.From(new VariantStatistics()),
        })],
    };
}
