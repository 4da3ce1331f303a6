using System.Globalization;
using System.Text;
using Lineup.Scale.Model;

namespace Lineup.Scale.Simulation;

/// <summary>The simulations' figures as tables in Markdown.</summary>
internal static class SimulationTable
{
    private const int Tries = 20_000;
    private const int Seed = 1;

    private static readonly int[] Sizes = [1, 10, 100, 1000];

    public static string Write(ClusterModel model, Plant plant)
    {
        var text = new StringBuilder();
        text.AppendLine("| seconds until a dead silo is out, of silos: | 2 | 3 | 10 | 100 | 1000 |").AppendLine("|---|---|---|---|---|---|");
        int[] sizes = [2, 3, 10, 100, 1000];
        var watch = new DeathWatch { Monitors = plant.ProbedSilos, ProbeSeconds = 1 / plant.ProbesPerSecond };
        var times = sizes.Select(silos => watch.Simulate(silos, Tries, Seed)).ToList();
        text.AppendLine(CultureInfo.InvariantCulture, $"| median | {string.Join(" | ", times.Select(all => Text(Quantile(all, 0.5))))} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| longest of {Tries} | {string.Join(" | ", times.Select(all => Text(all[^1])))} |");
        text.AppendLine();

        text.AppendLine("| wait for a lane at 80 % load, ms: median / 99th percentile | 1 silo | 10 | 100 | 1000 |").AppendLine("|---|---|---|---|---|");
        foreach (var (choice, name) in new[] { (Choice.Random, "any replica"), (Choice.BetterOfTwo, "better of two, by what the frontend knows itself"), (Choice.LeastInTable, "least loaded in the common table") })
        {
            var cells = Sizes.Select(silos => new RoutingSimulation
            {
                Silos = silos,
                Frontends = (int)model.Frontends(silos),
                Choice = choice,
                Lanes = (int)plant.Cores,
                ServiceSeconds = plant.PictureMilliseconds / 1e3,
                TableSeconds = Math.Max(plant.LoadInterval, silos / plant.LoadReports),
                Pictures = 200_000 + (silos * 2000),
            }.Run()).Select(waits => $"{Text(Quantile(waits, 0.5) * 1e3)} / {Text(Quantile(waits, 0.99) * 1e3)}");
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} |");
        }

        return text.ToString();
    }

    private static double Quantile(IReadOnlyList<double> sorted, double quantile) => sorted[(int)Math.Min(sorted.Count - 1, quantile * sorted.Count)];

    private static string Text(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);
}
