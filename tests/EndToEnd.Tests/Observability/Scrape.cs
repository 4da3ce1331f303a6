using System.Globalization;
using System.Text.RegularExpressions;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Observability;

/// <summary>What /metrics says, in Prometheus' text format.</summary>
internal sealed partial class Scrape
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _samples = [];

    private Scrape(string text) => Text = text;

    public string Text { get; }

    /// <summary>Scrapes until there is what the test waits for: the exporter gives an answer that is up to 0.3 s old.</summary>
    public static Task<Scrape> UntilAsync(HttpClient http, string what, Func<Scrape, bool> isAsWanted) =>
        Poll.UntilAsync(what, () => OfAsync(http), isAsWanted, show: scrape => scrape.ToString());

    public override string ToString() =>
        string.Join('\n', Text.Split('\n').Where(line => line.StartsWith("lineup", StringComparison.Ordinal)));

    /// <summary>The values of all samples with that name and, among others, these labels.</summary>
    public List<double> Values(string name, params (string Name, string Value)[] labels) =>
    [
        .. _samples
            .Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value))
            .Select(sample => sample.Value),
    ];

    /// <summary>The one sample with that name and these labels.</summary>
    public double Value(string name, params (string Name, string Value)[] labels)
    {
        var values = Values(name, labels);
        Assert.True(values.Count == 1, $"{values.Count} samples of {name}{{{string.Join(",", labels)}}} among:\n{this}");
        return values[0];
    }

    private static async Task<Scrape> OfAsync(HttpClient http)
    {
        var scrape = new Scrape(await http.TextAsync("/metrics"));
        foreach (var line in scrape.Text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var match = Line().Match(line);
            Assert.True(match.Success, $"not a sample: {line}");
            var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value);
            scrape._samples.Add((match.Groups["name"].Value, labels, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)));
        }

        return scrape;
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>\S+)( \d+)?$")]
    private static partial Regex Line();

    [GeneratedRegex("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();
}
