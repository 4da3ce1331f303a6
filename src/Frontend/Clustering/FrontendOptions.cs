using System.Net;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Clustering;

/// <summary>Which cluster the frontend belongs to.</summary>
public sealed class FrontendOptions
{
    public const string Section = "Lineup:Cluster";

    /// <summary>
    /// Addresses with client ports (such as 127.0.0.1:30000) of silos to join as a client. Default: none, which means that the
    /// frontend embeds a silo of its own. Setting: Lineup:Cluster:Gateways:0, :1 and so on.
    /// </summary>
    public IList<string> Gateways { get; } = [];

    /// <summary>Name of the cluster to join. Default: lineup.</summary>
    public string ClusterId { get; set; } = "lineup";

    public bool JoinsCluster => Gateways.Count > 0;

    internal sealed class Validator : IValidateOptions<FrontendOptions>
    {
        public ValidateOptionsResult Validate(string? name, FrontendOptions options)
        {
            var problems = options.Gateways
                .Where(gateway => !IPEndPoint.TryParse(gateway, out var endpoint) || endpoint.Port == 0)
                .Select(gateway => $"{Section}:Gateways: '{gateway}' is not an address with a port, such as 127.0.0.1:30000.")
                .ToList();
            if (string.IsNullOrWhiteSpace(options.ClusterId))
                problems.Add($"{Section}:ClusterId is empty.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
