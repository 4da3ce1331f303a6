using System.Net;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Security;

/// <summary>Who may change the cluster's state, and who may ask it.</summary>
public sealed class OperatorOptions
{
    public const string Section = "Lineup:Security";

    private const int ShortestKey = 16;

    /// <summary>
    /// One key that may do everything: callers send it as "X-Api-Key" or "Authorization: Bearer". At least 16 characters. Default: none.
    /// Without it and without <see cref="KeysFile"/>, callers on this machine may change state and nobody else.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>A file of keys as "lineup keys" makes it, read anew when it changes. It must exist at start. Default: none.</summary>
    public string? KeysFile { get; set; }

    /// <summary>Whether classifying and comparing need a key as well. Default false: they are open to whoever reaches the port.</summary>
    public bool RequireKey { get; set; }

    /// <summary>
    /// Host names under which the frontend may be addressed, "*" for any. While no key is set and this is left out, only names of
    /// this machine's loopback are accepted, so that a web page elsewhere cannot reach it through a name it controls.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>
    /// Networks of proxies, such as 10.0.0.0/8, whose X-Forwarded-For is believed when callers are told apart by address. Default: none.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Whether there are keys, without which nothing can be done from elsewhere.</summary>
    public bool HasKeys => ApiKey is not null || KeysFile is not null;

    internal sealed class Validator : IValidateOptions<OperatorOptions>
    {
        public ValidateOptionsResult Validate(string? name, OperatorOptions options)
        {
            var problems = new List<string>();
            if (options.ApiKey is { Length: < ShortestKey })
                problems.Add($"{Section}:ApiKey must have {ShortestKey} characters or more.");
            if (options.KeysFile is { } file && !File.Exists(file))
                problems.Add($"{Section}:KeysFile names '{file}', which is not there. 'lineup keys add' makes it.");
            if (options.RequireKey && !options.HasKeys)
                problems.Add($"{Section}:RequireKey needs {Section}:KeysFile or {Section}:ApiKey: nobody could have a key.");
            problems.AddRange(options.TrustedProxies.Where(network => !IPNetwork.TryParse(network, out _) && !IPAddress.TryParse(network, out _))
                .Select(network => $"{Section}:TrustedProxies has '{network}', which is neither a network nor an address."));
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
