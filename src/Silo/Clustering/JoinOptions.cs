using Lineup.Silo.Settings;
using Microsoft.Extensions.Options;
using Npgsql;
using StackExchange.Redis;

namespace Lineup.Silo.Clustering;

/// <summary>Which cluster a process belongs to, and where that cluster keeps its members and its state. The same for silos and frontends.</summary>
public sealed class JoinOptions
{
    public const string Section = "Lineup:Cluster";

    /// <summary>Name of the cluster; silos and clients of other names do not meet, even in one store. Default: lineup.</summary>
    public string ClusterId { get; set; } = "lineup";

    /// <summary>Where the cluster keeps its members and the state of its grains: None, Redis or PostgreSql. Default: None.</summary>
    public ClusterStore Store { get; set; }

    /// <summary>
    /// How to reach the store: for Redis such as <c>host:6379,password=...</c>, for PostgreSQL such as
    /// <c>Host=host;Database=lineup;Username=lineup;Password=...</c>. Default: none; required with a store.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>Registers the section of a host, and reads it.</summary>
    public static JoinOptions Add(IHostApplicationBuilder builder) => builder.AddSettings(Section, new Validator());

    /// <summary>Whether settings ask for a store, well or badly: what excludes one is told even where the store's own settings are wrong.</summary>
    public static bool NamesStore(IConfiguration configuration) =>
        configuration[$"{Section}:{nameof(Store)}"] is { Length: > 0 } store && !store.Equals(nameof(ClusterStore.None), StringComparison.OrdinalIgnoreCase);

    internal sealed class Validator : IValidateOptions<JoinOptions>
    {
        public ValidateOptionsResult Validate(string? name, JoinOptions options)
        {
            var problems = new List<string>();
            if (string.IsNullOrWhiteSpace(options.ClusterId))
                problems.Add($"{Section}:ClusterId is empty.");
            if (!Enum.IsDefined(options.Store))
                problems.Add($"{Section}:Store is none of {string.Join(", ", Enum.GetNames<ClusterStore>())}.");
            else if (options.Store == ClusterStore.None && options.ConnectionString is not null)
                problems.Add($"{Section}:ConnectionString is given, but {Section}:Store does not say whether it is Redis or PostgreSql.");
            else if (options.Store != ClusterStore.None && WhyNot(options.Store, options.ConnectionString) is { } reason)
                problems.Add($"{Section}:ConnectionString {reason}");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }

        /// <summary>Why a connection string cannot be one of the store; null if it can. Never shows it: it may hold a password.</summary>
        private static string? WhyNot(ClusterStore store, string? connection)
        {
            if (string.IsNullOrWhiteSpace(connection))
                return $"is missing; {store} needs it.";
            try
            {
                if (store == ClusterStore.Redis)
                    return ConfigurationOptions.Parse(connection).EndPoints.Count > 0 ? null : "names no server of Redis.";
                return new NpgsqlConnectionStringBuilder(connection) is { Host.Length: > 0 } ? null : "names no Host of PostgreSQL.";
            }
            catch (Exception error) when (error is ArgumentException or FormatException)
            {
                return $"is not one of {store}.";
            }
        }
    }
}
