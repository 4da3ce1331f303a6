using Lineup.Cluster.Running;
using Lineup.Scale.Model;

namespace Lineup.Scale.Measuring;

/// <summary>Measures all costs with real processes on this machine. Takes about four minutes and wants the machine for itself.</summary>
internal static class CostMeasurement
{
    private const int PortsOfACluster = 40;

    private static readonly string[] Members = ["redis", "silo1", "silo2", "silo3"];

    public static async Task<ClusterCosts> MeasureAsync(int firstPort, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("lineup-scale-").FullName;
        try
        {
            var load = LoadTableCost.Measure();
            Console.Error.WriteLine($"table of loads: {load}");
            (double Read, double PerSilo, double ParsePerSilo, double BytesPerSilo) table;
            (double Frontend, double Forward) picture;
            await using (var run = await StartAsync(Path.Combine(folder, "pictures"), firstPort, [.. Members, "frontend1", "frontend2"], [], cancellationToken))
            {
                picture = await PictureCost.MeasureAsync(run, cancellationToken);
                table = await MemberTableCost.MeasureAsync(run, cancellationToken);
                Console.Error.WriteLine($"table of members: {table}");
            }

            var probe = await ProbeCost.MeasureAsync(
                (interval, number) => StartAsync(
                    Path.Combine(folder, $"probes{number}"), firstPort + (number * PortsOfACluster), Members,
                    [("silo", "Lineup:Membership:ProbeTimeout", interval.ToString())], cancellationToken),
                cancellationToken);
            return new()
            {
                FrontendPerPicture = Round(picture.Frontend),
                ForwardPerPicture = Round(picture.Forward),
                Probe = Round(probe),
                TableRead = Round(table.Read),
                TableReadPerSilo = Round(table.PerSilo),
                TableParsePerSilo = Round(table.ParsePerSilo),
                TableBytesPerSilo = Round(table.BytesPerSilo),
                LoadWritePerSilo = Round(load.Write),
                LoadReadPerSilo = Round(load.Read),
                LoadBytesPerSilo = Round(load.Bytes),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Round(double cost) => Math.Round(cost, 2);

    private static Task<ClusterRun> StartAsync(
        string folder, int firstPort, string[] services, (string Service, string Setting, string Value)[] settings, CancellationToken cancellationToken) =>
        ClusterRun.StartAsync(new() { Folder = folder, FirstPort = firstPort, Only = services, Settings = settings }, cancellationToken);
}
