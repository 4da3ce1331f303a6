using System.Globalization;

namespace Lineup.Reports.Tables;

/// <summary>Tables as RFC 4180 CSV.</summary>
public static class CsvText
{
    /// <summary>A table whose first row is the header. Numbers are written plainly; null is an empty field.</summary>
    public static string Write(IEnumerable<IEnumerable<object?>> rows) =>
        string.Concat(rows.Select(row => $"{string.Join(',', row.Select(Field))}\r\n"));

    /// <summary>A field as RFC 4180 wants it: in quotes where it holds a comma, a quote or a line break, quotes doubled.</summary>
    public static string Field(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
