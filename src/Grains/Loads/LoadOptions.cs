using System.ComponentModel.DataAnnotations;

namespace Lineup.Grains.Loads;

/// <summary>What a silo tells others about itself.</summary>
public sealed class LoadOptions
{
    public const string Section = "Lineup:Load";

    /// <summary>
    /// Most memory that this process may take, in bytes, all of it counted. Default: 0, which means as much as the machine or the container
    /// has. Give each silo a share where several run on one machine. Legal: 0 to 16 TiB.
    /// </summary>
    [Range(0, 16L * 1024 * 1024 * 1024 * 1024)]
    public long MemoryBytes { get; set; }
}
