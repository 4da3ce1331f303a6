using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Lineup.Silo.Settings;
using Microsoft.Extensions.Options;

namespace Lineup.Silo.Clustering;

/// <summary>Where a silo listens and which cluster it belongs to.</summary>
public sealed class SiloOptions
{
    public const string Section = "Lineup:Silo";

    /// <summary>Name of the cluster, where it differs from Lineup:Cluster:ClusterId. Default: none.</summary>
    public string? ClusterId { get; set; }

    /// <summary>The silo's name in answers, statuses and logs. Default: the machine's name and the silo's port.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// IP address on which silos and clients reach this one, or a host name that means it, which is looked up once, at start. Default:
    /// 127.0.0.1, so nothing listens beyond this machine.
    /// </summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port for other silos. Default: 11111; zero takes a free one, for a silo that others find through a store.</summary>
    [Range(0, 65_535)]
    public int SiloPort { get; set; } = 11_111;

    /// <summary>Port for clients. Default: 30000; zero takes none, for a silo embedded in its only client.</summary>
    [Range(0, 65_535)]
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>
    /// Address and silo port (such as 127.0.0.1:11111) of the silo that keeps the cluster's membership in memory, where there is no
    /// store. Default: none, which means this silo keeps it itself.
    /// </summary>
    public string? Primary { get; set; }

    /// <summary>The address that is meant; IPv4 where a name means several.</summary>
    internal static IPAddress? TryResolve(string address)
    {
        if (IPAddress.TryParse(address, out var literal))
            return literal;
        try
        {
            return Dns.GetHostAddresses(address).OrderBy(found => found.AddressFamily != AddressFamily.InterNetwork).FirstOrDefault();
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            return null;
        }
    }

    internal sealed class Validator(bool hasStore) : IValidateOptions<SiloOptions>
    {
        public ValidateOptionsResult Validate(string? name, SiloOptions options)
        {
            var problems = (new AttributeRules<SiloOptions>(Section).Validate(name, options).Failures ?? []).ToList();
            if (TryResolve(options.Address) is null)
                problems.Add($"{Section}:Address '{options.Address}' is neither an IP address nor a host name that means one.");
            if (options.Primary is not null && !IPEndPoint.TryParse(options.Primary, out _))
                problems.Add($"{Section}:Primary '{options.Primary}' is not an address with a port, such as 127.0.0.1:11111.");
            if (options.Primary is not null && hasStore)
                problems.Add($"{Section}:Primary keeps members in memory, {JoinOptions.Section}:Store does not; give one of the two.");
            if (options.SiloPort != 0 && options.SiloPort == options.GatewayPort)
                problems.Add($"{Section}:SiloPort and {Section}:GatewayPort are both {options.SiloPort}; they must differ.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
