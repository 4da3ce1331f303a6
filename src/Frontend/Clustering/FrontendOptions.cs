using System.Net;
using Lineup.Silo.Clustering;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Clustering;

/// <summary>How a frontend finds its cluster, where that has no store.</summary>
public sealed class FrontendOptions
{
    public const string Section = JoinOptions.Section;

    /// <summary>
    /// Addresses with client ports (such as 127.0.0.1:30000) of silos to join as a client. Default: none, which means that the
    /// frontend finds them through <see cref="JoinOptions.Store"/>, or without one embeds a silo of its own. Setting:
    /// Lineup:Cluster:Gateways:0, :1 and so on.
    /// </summary>
    public IList<string> Gateways { get; } = [];

    internal sealed class Validator(bool hasStore) : IValidateOptions<FrontendOptions>
    {
        public ValidateOptionsResult Validate(string? name, FrontendOptions options)
        {
            var problems = options.Gateways
                .Where(gateway => !IPEndPoint.TryParse(gateway, out var endpoint) || endpoint.Port == 0)
                .Select(gateway => $"{Section}:Gateways: '{gateway}' is not an address with a port, such as 127.0.0.1:30000.")
                .ToList();
            if (options.Gateways.Count > 0 && hasStore)
                problems.Add($"{Section}:Gateways names silos, but {Section}:Store knows them; give one of the two.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
