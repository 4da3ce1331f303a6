using System.Text.Json;
using System.Xml.Linq;
using Lineup.Compression.Evaluation;
using Lineup.Compression.Evaluation.Reports;
using Lineup.Compression.Pictures;
using Lineup.Reports.Charts;
using Lineup.Reports.Tables;

namespace Lineup.Compression.Tests.Evaluation;

public sealed class ReportsTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData(null, "")]
    [InlineData(0.25, "0.25")]
    public void CsvField_AnyValue_IsEscaped(object? value, string expected) => Assert.Equal(expected, CsvText.Field(value));

    [Fact]
    public void Csv_AnyReport_HasAHeaderAndALineAVariant()
    {
        var lines = CsvReport.Write(Report() with { DataSet = "a, b.zip" }).Split("\r\n");

        Assert.Equal(5, lines.Length);
        Assert.StartsWith("model,variant,precision,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("m,original,,\"a, b.zip\",1300,1,", lines[1], StringComparison.Ordinal);
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public void Markdown_OddNames_DoNotBreakTheTable()
    {
        var report = Report() with { DataSet = "a|b", Unreadable = [new("x\n|y.png", "cut")] };

        var text = MarkdownReport.Write(report);

        var rows = text.Split('\n').Where(line => line.StartsWith('|')).ToList();
        Assert.Equal(5, rows.Count);
        Assert.Single(rows.Select(row => row.Count(letter => letter == '|')).Distinct());
        Assert.Contains(@"a\|b", text, StringComparison.Ordinal);
        Assert.Contains(@"- x \|y.png: cut", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_AnyReport_HoldsEverything()
    {
        using var json = JsonDocument.Parse(JsonReport.Write(Report()));

        var root = json.RootElement;
        Assert.Equal("m", root.GetProperty("model").GetString());
        Assert.Equal(3, root.GetProperty("variants").GetArrayLength());
        Assert.Equal(2.5, root.GetProperty("variants")[1].GetProperty("evaluation").GetProperty("meanMs").GetDouble());
        Assert.Equal("n/bad.png", root.GetProperty("unreadable")[0].GetProperty("path").GetString());
    }

    [Fact]
    public void Chart_AnyReport_IsWellFormedAndNamed()
    {
        var chart = XElement.Parse(ScatterChart.Write(Report() with { DataSet = "<a&b>\u0001.zip" }));

        Assert.Equal("m: accuracy against latency", chart.Element(Svg + "title")!.Value);
        Assert.Contains("faster and more accurate than: int8, original", chart.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
        Assert.Equal(3, chart.Descendants(Svg + "circle").Count());
        Assert.Equal(2, chart.Descendants(Svg + "polyline").Single().Attribute("points")!.Value.Split(' ').Length);
    }

    [Fact]
    public void Chart_BubbleAreas_AreAsCompressedSizes()
    {
        var radii = XElement.Parse(ScatterChart.Write(Report())).Descendants(Svg + "circle").Select(circle => (double)circle.Attribute("r")!);

        Assert.Equal(4, Math.Pow(radii.First() / radii.Last(), 2), 0.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void Chart_AnyNumberOfVariants_StaysInTheFrame(int count)
    {
        var variants = Enumerable.Range(0, count).Select(i => Variant($"variant-{i}", 70 + (i % 3), 2 + (i * 0.1), 1 << 20)).ToList();

        var chart = XElement.Parse(ScatterChart.Write(Report() with { Variants = variants }));

        Assert.All(chart.Descendants(Svg + "circle"), circle =>
        {
            Assert.InRange((double)circle.Attribute("cx")!, 72, 776);
            Assert.InRange((double)circle.Attribute("cy")!, 92, 452);
        });
    }

    [Fact]
    public void Labels_BubblesFarEnoughApart_CoverNothing()
    {
        ChartBubble[] bubbles = [new(200, 200, 20, "original"), new(230, 205, 12, "fp16"), new(240, 260, 8, "pruned"), new(180, 250, 8, "int8")];

        var boxes = ChartLabels.Place(bubbles, new(0, 0, 800, 500));

        for (var i = 0; i < boxes.Count; i++)
        {
            Assert.All(bubbles, bubble => Assert.Equal(0, boxes[i].Overlap(ChartBox.Around(bubble.X, bubble.Y, bubble.Radius))));
            Assert.All(boxes.Skip(i + 1), other => Assert.Equal(0, boxes[i].Overlap(other)));
        }
    }

    [Theory]
    [InlineData(0, 6, "0,1,2,3,4,5,6")]
    [InlineData(78.9, 80.1, "79.0,79.2,79.4,79.6,79.8,80.0")]
    [InlineData(-0.011, 0.011, "-0.010,-0.005,0.000,0.005,0.010")]
    public void Ticks_AnyRange_AreRound(double from, double to, string expected)
    {
        var axis = new ChartAxis(from, to, 0, 100);

        Assert.Equal(expected, string.Join(',', axis.Ticks().Select(axis.Label)));
    }

    [Fact]
    public void Front_SlowerAndLessAccurate_IsLeftOut()
    {
        VariantReport[] variants = [Variant("a", 80, 4, 1), Variant("b", 79, 5, 1), Variant("c", 78, 2, 1), Variant("d", 78, 3, 1)];

        Assert.Equal(["c", "a"], ParetoFront.Of(variants, variant => variant.Times.Mean.TotalMilliseconds, variant => variant.Top1).Select(variant => variant.Variant));
    }

    [Fact]
    public void Table_Original_IsComparedWithNothing()
    {
        var rows = EvaluationTable.Rows(Report());

        Assert.Equal(["original", "79.5", "93.9", "-", "-", "-", "5.00", "1.00x", "13.3 MiB", "10.0 MiB", "9.0 MiB"], rows[0]);
        Assert.Equal(["int8", "77.9", "93.9", "92.8", "39 / 18", "0.008", "2.50", "2.00x", "13.3 MiB", "2.5 MiB", "2.3 MiB"], rows[1]);
        Assert.All(rows, row => Assert.Equal(EvaluationTable.Columns.Count, row.Length));
    }

    [Fact]
    public async Task Write_FolderNotThere_MakesItAndReplacesOlderFiles()
    {
        using var folder = new Pictures.PictureFolder();
        var target = Path.Combine(folder.Path, "a", "b");

        await EvaluationFiles.WriteAsync(Report(), target, TestContext.Current.CancellationToken);
        var files = await EvaluationFiles.WriteAsync(Report(), target, TestContext.Current.CancellationToken);

        Assert.Equal(files.Order(), Directory.EnumerateFileSystemEntries(target).Order());
        Assert.Equal(4, files.Count);
    }

    [Fact]
    public async Task Write_Cancelled_LeavesTheOlderReportWhole()
    {
        using var folder = new Pictures.PictureFolder();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EvaluationFiles.WriteAsync(Report(), folder.Path, new(canceled: true)));

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Write_FolderThatIsAFile_SaysSo()
    {
        using var folder = new Pictures.PictureFolder().Add("file", 1);

        var writing = EvaluationFiles.WriteAsync(Report(), Path.Combine(folder.Path, "file"), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<EvaluationException>(() => writing);
    }

    private static EvaluationReport Report() => new()
    {
        Model = "m",
        DataSet = "dev.zip",
        Images = 1300,
        Geometry = "crop 224",
        Threads = 2,
        Cpu = new() { Name = "A | B", Features = ["avx2"] },
        ToolVersion = "0.1.0",
        Variants =
        [
            Variant("original", 79.538, 5, 10 << 20) with { IsOriginal = true },
            Variant("int8", 77.923, 2.5, 10 << 18) with { RightToWrong = 39, WrongToRight = 18, McNemarP = 0.00807, Agreement = 92.84 },
            Variant("slow", 77, 6, 10 << 19),
        ],
        Unreadable = [new UnreadablePicture("n/bad.png", "it is empty")],
    };

    private static VariantReport Variant(string name, double top1, double milliseconds, long compressed)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        return new()
        {
            Variant = name,
            Top1 = top1,
            Top5 = 93.9,
            Agreement = 100,
            Divergence = 0.01,
            RightToWrong = 0,
            WrongToRight = 0,
            McNemarP = 1,
            Times = new(time * 1300, time, time, time),
            SpeedUp = 5 / milliseconds,
            Bytes = 13_966_558,
            CompressedBytes = compressed,
            PackedBytes = compressed * 9 / 10,
            MemoryBytes = 1 << 20,
            Sha256 = new string('0', 64),
        };
    }
}
