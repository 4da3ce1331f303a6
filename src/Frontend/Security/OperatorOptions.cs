namespace Lineup.Frontend.Security;

/// <summary>Who may change the cluster's state.</summary>
public sealed class OperatorOptions
{
    public const string Section = "Lineup:Security";

    /// <summary>
    /// The key that callers must send, as "X-Api-Key" or "Authorization: Bearer", to load, unload, pull, delete, and start or cancel jobs. At least 16 characters.
    /// Default: none, which lets callers on this machine in and nobody else.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Host names under which the frontend may be addressed, "*" for any. While no key is set and this is left out, only names of
    /// this machine's loopback are accepted, so that a web page elsewhere cannot reach it through a name it controls.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];
}
