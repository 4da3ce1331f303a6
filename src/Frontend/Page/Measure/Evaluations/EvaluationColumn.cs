using Lineup.Frontend.Page.Texts;
using Lineup.Reports.Tables;
using static Lineup.Frontend.Page.Texts.Texts;

namespace Lineup.Frontend.Page.Measure.Evaluations;

/// <summary>A column of the evaluation table, on the page and in its CSV file.</summary>
/// <param name="Key">Its name in the file, with the unit.</param>
/// <param name="Title">Its heading on the page.</param>
/// <param name="Meaning">What it says, in plain words.</param>
/// <param name="Value">What a row holds, for sorting and for the file; null where it is not known.</param>
/// <param name="Cell">The same for people.</param>
internal sealed record EvaluationColumn(
    string Key, string Title, string Meaning, Func<EvaluationRow, double?> Value, Func<EvaluationRow, string> Cell)
{
    private const string Packed = "packed_bytes";

    public static IReadOnlyList<EvaluationColumn> All { get; } =
    [
        new("top1_percent", Text.ColumnTop1, Text.MeaningTop1, row => row.Evaluation?.Top1, Top1),
        new("top5_percent", Text.ColumnTop5, Text.MeaningTop5, row => row.Evaluation?.Top5, row => Figures.Percent(row.Evaluation?.Top5)),
        new("agreement_percent", Text.ColumnAgreement, Text.MeaningAgreement, row => row.Agreement, row => Figures.Percent(row.Agreement)),
        new("right_to_wrong", Text.ColumnRightToWrong, Text.MeaningRightToWrong, row => row.RightToWrong, RightToWrong),
        new("total_ms", Text.ColumnTotalTime, Text.MeaningTotalTime, row => row.TotalMs, row => Figures.Milliseconds(row.TotalMs)),
        new("mean_ms", Text.ColumnTime, Text.MeaningTime, row => row.Evaluation?.MeanMs, row => Figures.Milliseconds(row.Evaluation?.MeanMs)),
        new("speed_up", Text.ColumnSpeedUp, Text.MeaningSpeedUp, row => row.SpeedUp, SpeedUp),
        Sized("bytes", Text.ColumnSize, Text.MeaningSize, row => row.Variant.FileBytes),
        Sized("compressed_bytes", Text.ColumnCompressed, Text.MeaningCompressed, row => row.Variant.CompressedBytes),
        Sized(Packed, Text.ColumnPacked, Text.MeaningPacked, row => row.Variant.PackedBytes),
    ];

    /// <summary>The columns that say something about these rows: packed sizes only where one was measured.</summary>
    public static IEnumerable<EvaluationColumn> For(IReadOnlyList<EvaluationRow> rows) =>
        All.Where(column => column.Key != Packed || rows.Any(row => row.Variant.PackedBytes is not null));

    /// <summary>The rows by this column. What is not known comes last either way.</summary>
    public IReadOnlyList<EvaluationRow> Sort(IEnumerable<EvaluationRow> rows, bool descending)
    {
        var known = rows.OrderBy(row => Value(row) is null);
        return [.. descending ? known.ThenByDescending(Value) : known.ThenBy(Value)];
    }

    /// <summary>The table as a file, in the repository's order.</summary>
    public static string ToCsv(string model, IReadOnlyList<EvaluationRow> rows) => CsvText.Write(rows
        .Select(row => (IEnumerable<object?>)
        [
            model, row.Name, row.Variant.Precision, row.Evaluation?.DataSet, row.Evaluation?.Images,
            .. All.Select(column => (object?)Rounded(column.Value(row))),
            Rounded(row.Top1Interval?.Low), Rounded(row.Top1Interval?.High), row.WrongToRight, row.IsOriginal ? null : row.Evaluation?.McNemarP,
            row.Evaluation?.P50Ms, row.Evaluation?.Threads, row.Evaluation?.Cpu,
        ])
        .Prepend(
        [
            "model", "variant", "precision", "data_set", "images",
            .. All.Select(column => column.Key),
            "top1_low_percent", "top1_high_percent", "wrong_to_right", "mcnemar_p", "p50_ms", "threads", "cpu",
        ]));

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 3) : null;

    private static EvaluationColumn Sized(string key, string title, string meaning, Func<EvaluationRow, long?> bytes) =>
        new(key, title, meaning, row => bytes(row), row => Figures.Size(bytes(row)));

    private static string Top1(EvaluationRow row) => row.Top1Interval is { } interval
        ? Say(Text.PercentWithInterval, Figures.Percent(row.Evaluation?.Top1), interval.Low, interval.High)
        : Figures.Percent(row.Evaluation?.Top1);

    private static string SpeedUp(EvaluationRow row) => row.SpeedUp is { } ratio ? Figures.Times(ratio) : Figures.Unknown;

    private static string RightToWrong(EvaluationRow row) => row is { RightToWrong: { } worse, WrongToRight: { } better }
        ? Say(Text.RightToWrongCell, worse, better)
        : Figures.Unknown;
}
