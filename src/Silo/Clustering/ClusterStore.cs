namespace Lineup.Silo.Clustering;

/// <summary>Where a cluster keeps who belongs to it, and the state of its grains.</summary>
public enum ClusterStore
{
    /// <summary>Nowhere but in the memory of its processes: for one process, or for trying out several on one machine.</summary>
    None,
    Redis,

    /// <summary>PostgreSQL; its schema is made by <c>lineup cluster init</c>.</summary>
    PostgreSql,
}
