using System.Xml.Linq;
using Lineup.Reports.Charts;
using Lineup.Reports.Intervals;

namespace Lineup.Page.Tests.Measure;

/// <summary>The figures and the geometry of charts.</summary>
public sealed class ChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
    [Theory]
    [InlineData(81, 263, 25.53, 36.62)]
    [InlineData(15, 148, 6.24, 16.05)]
    [InlineData(0, 20, 0, 16.11)]
    [InlineData(1, 29, 0.61, 17.18)]
    public void Wilson_PublishedExamples_AreMet(int found, int sample, double low, double high)
    {
        var interval = WilsonInterval.Of(100.0 * found / sample, sample);

        Assert.Equal(low, interval.Low, 0.006);
        Assert.Equal(high, interval.High, 0.006);
    }

    [Fact]
    public void Wilson_AllFound_EndsAtAHundred() => Assert.Equal(100, WilsonInterval.Of(100, 50).High, 1e-9);

    [Theory]
    [InlineData(760, 400)]
    [InlineData(320, 360)]
    public void Labels_CrowdedVariants_DoNotCoverEachOther(double width, double height)
    {
        string[] names = ["original", "fp16", "int8", "int8-published", "pruned", "pruned-int8", "pruned-50", "pruned-int8-50"];
        var frame = new ChartBox(58, 12, width - 10, height - 54);
        var bubbles = names.Select((name, i) => new ChartBubble(
            frame.Left + (frame.Width * (i % 2 == 0 ? 0.45 : 0.8)) + (i * 2), frame.Top + (frame.Height * 0.4) + (i * 6), 8 + i, name)).ToList();

        var boxes = ChartLabels.Place(bubbles, frame);

        for (var i = 0; i < boxes.Count; i++)
        {
            Assert.Equal(0, boxes[i].AreaOutside(frame), 1e-6);
            Assert.All(boxes.Skip(i + 1), other => Assert.Equal(0, boxes[i].Overlap(other)));
        }
    }

    [Fact]
    public void Lines_MissingValue_BreaksTheLine()
    {
        var chart = LineDrawing.Draw(Lines(1, 2, null, 3, 4), ChartSheet.Wide);

        Assert.Equal(2, chart.Descendants(Svg + "polyline").Count());
    }

    [Fact]
    public void Lines_LoneValue_IsAMark()
    {
        var chart = LineDrawing.Draw(Lines(null, 2, null), ChartSheet.Wide);

        Assert.Empty(chart.Descendants(Svg + "polyline"));

        // One in the legend, one in the chart.
        Assert.Equal(2, chart.Descendants(Svg + "path").Count());
    }

    [Fact]
    public void Lines_NoValues_SayWhy()
    {
        var chart = LineDrawing.Draw(Lines(null, null), ChartSheet.Narrow);

        Assert.Contains(chart.Descendants(Svg + "text"), text => text.Value == "nothing");
    }

    [Fact]
    public void Lines_EightSeries_AllDifferWithoutColour()
    {
        var plot = Lines(1, 2);
        var series = Enumerable.Range(0, 8).Select(style => new LineSeries($"variant-{style}", style, plot.Series[0].Points));

        var chart = LineDrawing.Draw(plot with { Series = [.. series] }, ChartSheet.Wide);

        var dashes = chart.Descendants(Svg + "polyline").Select(line => (string?)line.Attribute("stroke-dasharray"));
        Assert.Equal(8, dashes.Distinct().Count());
    }

    [Fact]
    public void Stages_Bars_AreAsLongAsTheirTimes()
    {
        var plot = new StagePlot
        {
            Title = "stages",
            Description = "stages",
            TimeLabel = "ms",
            Stages = ["a", "b", "c"],
            Bars = [new("one", 0, [1, 2, 4], "1 + 2 + 4", "7"), new("none", 1, [], "none", "none")],
        };

        var chart = StageDrawing.Draw(plot, ChartSheet.Wide);

        var widths = chart.Descendants(Svg + "rect").Where(bar => ((string)bar.Attribute("class")!).Contains("series-0", StringComparison.Ordinal))
            .Select(bar => (double)bar.Attribute("width")! + 1.5).ToList();
        Assert.Equal(3, widths.Count);
        Assert.Equal(2, widths[1] / widths[0], 0.02);
        Assert.Equal(4, widths[2] / widths[0], 0.02);
    }

    private static LinePlot Lines(params double?[] values) => new()
    {
        Title = "lines",
        Description = "lines",
        TimeLabel = "minutes ago",
        ValueLabel = "ms",
        Empty = "nothing",
        Window = TimeSpan.FromMinutes(5),
        Series = [new("one", 0, [.. values.Select((value, i) => new LinePoint(TimeSpan.FromSeconds(100 - i), value))])],
    };
}
