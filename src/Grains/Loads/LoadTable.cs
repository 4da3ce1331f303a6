using Lineup.GrainInterfaces.Loads;

namespace Lineup.Grains.Loads;

/// <summary>The latest report of each silo. Silos that have fallen silent go. Not thread-safe.</summary>
internal sealed class LoadTable(TimeProvider clock)
{
    /// <summary>Reports a second that one grain should take: each is answered with the whole table.</summary>
    private const int ReportsPerSecond = 50;

    /// <summary>A silo that has missed this many reports tells nothing any more.</summary>
    private const int MissedReports = 5;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (SiloReport Report, long At)> _reports = [];

    /// <summary>Takes a silo's report in the place of its last one; of a silo that was started anew under its name, only the new life counts.</summary>
    public void Add(SiloReport report) => _reports[report.Silo] = (report, clock.GetTimestamp());

    public ClusterLoads Read()
    {
        var interval = Interval();
        foreach (var (silo, (_, at)) in _reports)
        {
            if (clock.GetElapsedTime(at) > interval * MissedReports)
                _reports.Remove(silo);
        }

        return new()
        {
            Silos = _reports.Values.Select(known => known.Report with { Age = clock.GetElapsedTime(known.At) }).ToArray(),
            Interval = Interval(),
        };
    }

    private TimeSpan Interval()
    {
        var needed = TimeSpan.FromSeconds((double)_reports.Count / ReportsPerSecond);
        return needed > ShortestInterval ? needed : ShortestInterval;
    }
}
