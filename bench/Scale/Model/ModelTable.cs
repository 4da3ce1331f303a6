using System.Globalization;
using System.Text;

namespace Lineup.Scale.Model;

/// <summary>The model's figures as tables in Markdown.</summary>
internal static class ModelTable
{
    private static readonly double[] Sizes = [1, 10, 100, 1000];

    public static string Write(ClusterModel model)
    {
        var text = new StringBuilder();
        text.AppendLine("| | 1 silo | 10 | 100 | 1000 | full at |").AppendLine("|---|---|---|---|---|---|");
        Row("pictures a second", size => $"{model.PicturesPerSecond(size):0}", "");
        Row("frontends", size => $"{model.Frontends(size):0}", "");
        foreach (var demand in model.At(1))
        {
            var full = demand.Grows ? model.Reaches(demand.Name, 1) : null;
            Row(demand.Name, size => Percent(model.At(size).Single(other => other.Name == demand.Name).Share), full is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{full:0} silos"));
        }

        Row("**used most**", size => model.Fullest(size).Name, "");
        Row("**used most of what grows**", size => model.FullestOfShared(size).Name, "");
        return text.ToString();

        void Row(string name, Func<double, string> value, string full) =>
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", Sizes.Select(value))} | {full} |");
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.###} %");
}
