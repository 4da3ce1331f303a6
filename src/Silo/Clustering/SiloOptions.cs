using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Lineup.Silo.Clustering;

/// <summary>Where a silo listens and which cluster it belongs to.</summary>
public sealed class SiloOptions
{
    public const string Section = "Lineup:Silo";

    /// <summary>Name of the cluster; silos and clients of other names do not meet. Default: lineup.</summary>
    [Required]
    public string ClusterId { get; set; } = "lineup";

    /// <summary>The silo's name in answers, statuses and logs. Default: the machine's name and the silo's port.</summary>
    public string? Name { get; set; }

    /// <summary>IP address on which silos and clients reach this one. Default: 127.0.0.1, so nothing listens beyond this machine.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port for other silos. Default: 11111; zero takes a free one, which only a silo embedded in a frontend can use.</summary>
    [Range(0, 65_535)]
    public int SiloPort { get; set; } = 11_111;

    /// <summary>Port for clients. Default: 30000; zero takes none, for a silo embedded in its only client.</summary>
    [Range(0, 65_535)]
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>
    /// Address and silo port (such as 127.0.0.1:11111) of the silo that keeps the cluster's membership in memory. Default: none, which
    /// means this silo keeps it itself.
    /// </summary>
    public string? Primary { get; set; }

    internal sealed class Validator : IValidateOptions<SiloOptions>
    {
        public ValidateOptionsResult Validate(string? name, SiloOptions options)
        {
            var broken = new List<ValidationResult>();
            System.ComponentModel.DataAnnotations.Validator.TryValidateObject(options, new(options), broken, validateAllProperties: true);
            var problems = broken.ConvertAll(rule => $"{Section}:{rule.MemberNames.First()}: {rule.ErrorMessage}");
            if (!IPAddress.TryParse(options.Address, out _))
                problems.Add($"{Section}:Address '{options.Address}' is not an IP address.");
            if (options.Primary is not null && !IPEndPoint.TryParse(options.Primary, out _))
                problems.Add($"{Section}:Primary '{options.Primary}' is not an address with a port, such as 127.0.0.1:11111.");
            if (options.SiloPort != 0 && options.SiloPort == options.GatewayPort)
                problems.Add($"{Section}:SiloPort and {Section}:GatewayPort are both {options.SiloPort}; they must differ.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
