using System.ComponentModel.DataAnnotations;

namespace Lineup.Access.Audit;

/// <summary>Where it is written down who changed what.</summary>
public sealed class AuditOptions
{
    public const string Section = "Lineup:Audit";

    /// <summary>The folder of the audit log, made if need be. Default: none; changes are then told in the process's log alone.</summary>
    public string? Folder { get; set; }

    /// <summary>Size in bytes at which the next file begins; a new day (UTC) begins one as well. 64 KiB to 1 GiB; default 64 MiB.</summary>
    [Range(64 << 10, 1 << 30)]
    public long MaxFileBytes { get; set; } = 64 << 20;

    /// <summary>Days (UTC) whose files are kept. 1 to 36,500; default 400.</summary>
    [Range(1, 36_500)]
    public int KeepDays { get; set; } = 400;
}
