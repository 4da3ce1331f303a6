using System.ComponentModel.DataAnnotations;
using Lineup.Silo.Settings;
using Orleans.Configuration;

namespace Lineup.Silo.Clustering;

/// <summary>
/// How soon a cluster gives up a silo that does not answer. Silos probe each other; one that misses <see cref="MissedProbes"/> probes in
/// a row is suspected, and <see cref="Votes"/> that suspect it declare it dead. With the defaults that takes 3 to 6 seconds, whether
/// the process was killed or hangs. Orleans follows observed response times within 1 to 2 times <see cref="ProbeTimeout"/>.
/// </summary>
public sealed class MembershipOptions
{
    public const string Section = "Lineup:Membership";

    /// <summary>Time for the answer to a probe, and between probes. Default: 1 s. Legal: 0.1 s to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Probes in a row that a silo misses before it is suspected. Default: 3. Legal: 2 to 100.</summary>
    [Range(2, 100)]
    public int MissedProbes { get; set; } = 3;

    /// <summary>Silos that must suspect another to declare it dead; all others where there are fewer. Default: 2. Legal: 1 to 10.</summary>
    [Range(1, 10)]
    public int Votes { get; set; } = 2;

    /// <summary>
    /// How often a silo reads the table of members. Changes are passed on between silos at once; this is for what was missed, such as by
    /// a silo that was declared dead while it hung, which ends itself when it reads so. Default: 5 s. Legal: 1 s to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan TableRefresh { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a frontend reads which silos there are. Default: 2 s. Legal: 0.5 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00")]
    public TimeSpan GatewayRefresh { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Registers the section of a host, and reads it.</summary>
    public static MembershipOptions Add(IHostApplicationBuilder builder) =>
        builder.AddSettings(Section, new AttributeRules<MembershipOptions>(Section));

    internal void ApplyTo(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = membership.MinProbeTimeout = ProbeTimeout;
        membership.MaxProbeTimeout = ProbeTimeout * 2;
        membership.NumMissedProbesLimit = MissedProbes;
        membership.NumVotesForDeathDeclaration = Votes;
        membership.TableRefreshTimeout = TableRefresh;

        // After all silos died at once, those that start again wait until the entries of the dead look stale: 3 of these.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
    }
}
