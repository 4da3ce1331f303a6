using System.Text;
using Lineup.ModelRepository;

namespace Lineup.Compression.Evaluation.Reports;

/// <summary>The report as Markdown: what was measured on what, the whole table, and what went wrong.</summary>
public static class MarkdownReport
{
    private static readonly (string Title, Func<VariantReport, string> Cell)[] Columns =
    [
        ("variant", variant => variant.Variant),
        ("top-1 %", variant => Cells.Percent(variant.Top1)),
        ("top-5 %", variant => Cells.Percent(variant.Top5)),
        ("agreement %", variant => variant.IsOriginal ? Cells.Nothing : Cells.Percent(variant.Agreement)),
        ("KL", variant => variant.IsOriginal ? Cells.Nothing : variant.Divergence is { } divergence ? Cells.Divergence(divergence) : Cells.Nothing),
        ("right to wrong", variant => variant.IsOriginal ? Cells.Nothing : $"{variant.RightToWrong}"),
        ("wrong to right", variant => variant.IsOriginal ? Cells.Nothing : $"{variant.WrongToRight}"),
        ("p", variant => variant.IsOriginal ? Cells.Nothing : Cells.Probability(variant.McNemarP)),
        ("ms/image", variant => Cells.Milliseconds(variant.Times.Mean)),
        ("p50 ms", variant => Cells.Milliseconds(variant.Times.Median)),
        ("p99 ms", variant => Cells.Milliseconds(variant.Times.P99)),
        ("total s", variant => Cells.Seconds(variant.Times.Total)),
        ("speed-up", variant => Cells.Factor(variant.SpeedUp)),
        ("size", variant => ByteSize.Format(variant.Bytes)),
        ("compressed", variant => ByteSize.Format(variant.CompressedBytes)),
        ("packed", variant => ByteSize.Format(variant.PackedBytes)),
        ("memory", variant => ByteSize.Format(variant.MemoryBytes)),
    ];

    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder();
        text.Append($"# {Escape(report.Model)} on {Escape(report.DataSet)}\n\n");
        text.Append($"{report.Images} pictures, {report.Geometry}, {EvaluationTable.Threads(report)}, ");
        text.Append($"{Escape(report.Cpu.Name)} ({string.Join(", ", report.Cpu.Features)}), Lineup {report.ToolVersion}\n\n");

        text.Append(Line(Columns.Select(column => column.Title)));
        text.Append(Line(Columns.Select((_, i) => i == 0 ? "---" : "---:")));
        foreach (var variant in report.Variants)
            text.Append(Line(Columns.Select(column => Escape(column.Cell(variant)))));

        List(text, "Not evaluated", report.Failures.Select(failure => $"{failure.Variant}: {failure.Reason}"));
        List(text, "To be known", report.Warnings);
        List(text, "Unreadable pictures", report.Unreadable.Select(picture => $"{picture.Path}: {picture.Reason}"));
        List(text, "Folders called like no class", report.UnknownClasses.Select(unknown => $"'{unknown.Folder}' ({unknown.Pictures})"));
        return text.ToString();
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static void List(StringBuilder text, string title, IEnumerable<string> items)
    {
        var lines = items.ToList();
        if (lines.Count == 0)
            return;
        text.Append($"\n{title}:\n\n");
        foreach (var line in lines)
            text.Append($"- {Escape(line)}\n");
    }

    // Names of files and folders may hold anything.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text.ReplaceLineEndings(" "))
        {
            if (character is '|' or '\\' or '`' or '*' or '<' or '[' or ']')
                escaped.Append('\\');
            escaped.Append(character);
        }

        return escaped.ToString();
    }
}
