using System.ComponentModel.DataAnnotations;

namespace Lineup.Access.Limits;

/// <summary>How much one caller may ask of one frontend.</summary>
public sealed class LimitOptions
{
    public const string Section = "Lineup:Limits";

    /// <summary>Requests a second of a key that has no rate of its own. 0 to 1,000,000; default 0: no limit.</summary>
    [Range(0, 1_000_000d)]
    public double RequestsPerKey { get; set; }

    /// <summary>Requests a second of an address that sends no key; an IPv6 network of 64 bits counts as one. 0 to 1,000,000; default 0: no limit.</summary>
    [Range(0, 1_000_000d)]
    public double RequestsPerAddress { get; set; }

    /// <summary>How long a caller may have been silent and then send at once what it did not send, in seconds. 0.1 to 3600; default 2.</summary>
    [Range(0.1, 3600)]
    public double BurstSeconds { get; set; } = 2;

    /// <summary>Callers that are told apart, which bounds memory (about 300 bytes each); beyond it, newcomers share one limit. 16 to 10,000,000; default 50,000.</summary>
    [Range(16, 10_000_000)]
    public int MaxCallers { get; set; } = 50_000;
}
