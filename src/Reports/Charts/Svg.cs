using System.Globalization;
using System.Xml.Linq;

namespace Lineup.Reports.Charts;

/// <summary>
/// The elements that charts are made of. Colours stand in attributes, so that a file looks right by itself, and beside them a class, by
/// which the style sheet of a page may set others: style rules win over attributes (SVG 2, 6.6).
/// </summary>
internal static class Svg
{
    public static XNamespace Namespace { get; } = "http://www.w3.org/2000/svg";

    /// <summary>The root, with title and description for those who do not see it.</summary>
    public static XElement Root(ChartSheet sheet, string title, string description, IReadOnlyList<string> notes)
    {
        var root = Element(
            "svg",
            ("class", "chart"),
            ("viewBox", $"0 0 {Number(sheet.Width)} {Number(sheet.Height)}"),
            ("role", "img"),
            ("aria-labelledby", $"{sheet.Id}-title {sheet.Id}-description"),
            ("font-size", Number(ChartLabels.FontSize)));
        root.Add(
            new XElement(Namespace + "title", new XAttribute("id", $"{sheet.Id}-title"), Legal(title)),
            new XElement(Namespace + "desc", new XAttribute("id", $"{sheet.Id}-description"), Legal(description)));
        if (!sheet.StandsAlone)
            return root;

        root.Add(
            new XAttribute("width", Number(sheet.Width)),
            new XAttribute("height", Number(sheet.Height)),
            new XAttribute("font-family", "system-ui, sans-serif"),
            Rectangle(new(0, 0, sheet.Width, sheet.Height), "ground", ChartStyle.Ground),
            Text(24, 30, title, "ink", ChartStyle.Ink, ("font-size", "18"), ("font-weight", "600")),
            notes.Select((note, i) => Text(24, 52 + (20 * i), note, "faint", ChartStyle.Faint)));
        return root;
    }

    public static XElement Group(params object?[] content) => new(Namespace + "g", content);

    public static XElement Element(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        var element = new XElement(Namespace + name);
        foreach (var (attribute, value) in attributes)
        {
            if (value is not null)
                element.Add(new XAttribute(attribute, value));
        }

        return element;
    }

    public static XElement Rectangle(ChartBox box, string name, string fill) => Element(
        "rect",
        ("class", name),
        ("x", Number(box.Left)),
        ("y", Number(box.Top)),
        ("width", Number(box.Width)),
        ("height", Number(box.Height)),
        ("fill", fill));

    public static XElement Line(double x1, double y1, double x2, double y2, string name, string stroke) => Element(
        "line",
        ("class", name),
        ("x1", Number(x1)),
        ("y1", Number(y1)),
        ("x2", Number(x2)),
        ("y2", Number(y2)),
        ("stroke", stroke));

    public static XElement Text(
        double x, double y, string text, string name, string fill, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var element = Element("text", [("class", name), ("x", Number(x)), ("y", Number(y)), ("fill", fill), .. more]);
        element.Add(Legal(text));
        return element;
    }

    public static string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"));

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Names of folders may hold control characters; XML may not.</summary>
    public static string Legal(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
