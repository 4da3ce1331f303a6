namespace Lineup.Frontend;

/// <summary>What a frontend counts for itself; docs/metrics.md describes each instrument.</summary>
internal static class FrontendMeter
{
    public const string Name = "Lineup.Frontend";
}
