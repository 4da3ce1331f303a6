using System.ComponentModel.DataAnnotations;

namespace Lineup.Frontend.Drift;

/// <summary>How often a variant's live answers are held against the original's.</summary>
public sealed class DriftOptions
{
    public const string Section = "Lineup:Drift";

    /// <summary>Share of a variant's answers for which the original answers too. Default: 0, which means never. Legal: 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double Share { get; set; }

    /// <summary>How long a check waits for a free lane before it is given up. Default: 2 s. Legal: 0 to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);
}
