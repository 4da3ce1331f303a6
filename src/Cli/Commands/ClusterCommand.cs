using System.CommandLine;
using Lineup.ClusterSchema;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup cluster init --store PostgreSql --connection ...</c>: makes what a cluster needs in its store.</summary>
internal sealed class ClusterCommand
{
    private const string Postgres = "PostgreSql";
    private const string Redis = "Redis";
    private const string ConnectionVariable = "Lineup__Cluster__ConnectionString";

    private readonly Option<string> _store = new("--store")
    {
        Description = $"The store: {Postgres} or {Redis}, as in Lineup:Cluster:Store. {Redis} needs nothing made.",
        HelpName = "STORE",
        DefaultValueFactory = _ => Postgres,
    };

    private readonly Option<string?> _connection = new("--connection")
    {
        Description = "How to reach it, as in Lineup:Cluster:ConnectionString. The user must be allowed to make tables. "
            + $"Default: the variable {ConnectionVariable}, which other users of the machine do not see in its list of processes.",
        HelpName = "TEXT",
    };

    public static Command Create()
    {
        var cluster = new ClusterCommand();
        cluster._store.AcceptOnlyFromAmong(Postgres, Redis);
        var init = new Command("init", "Make the tables and queries of a cluster in PostgreSQL. What is there stays; it can be run again.")
        {
            cluster._store,
            cluster._connection,
        };
        init.SetAction(cluster.InitAsync);
        return new("cluster", "Prepare the store of a cluster.") { init };
    }

    private async Task<int> InitAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_store) == Redis)
        {
            await Console.Out.WriteLineAsync("Redis needs no schema: silos make what they need. It must keep its data over a restart (appendonly yes).");
            return ExitCode.Ok;
        }

        if ((parsed.GetValue(_connection) ?? Environment.GetEnvironmentVariable(ConnectionVariable)) is not { Length: > 0 } connection)
        {
            await Console.Error.WriteLineAsync($"lineup: say with --connection or {ConnectionVariable} how to reach PostgreSQL, such as 'Host=localhost;Database=lineup;Username=lineup;Password=...'");
            return ExitCode.Usage;
        }

        var result = await new PostgresSchema(connection).InitAsync(cancellationToken);
        if (result.Problem is { } problem)
        {
            await Console.Error.WriteLineAsync($"lineup: {problem}");
            return ExitCode.Failed;
        }

        await Console.Out.WriteLineAsync(result.Outcome == SchemaOutcome.Made
            ? $"The schema of a cluster, version {PostgresSchema.Version}, has been made."
            : $"The schema of a cluster, version {PostgresSchema.Version}, is there already.");
        return ExitCode.Ok;
    }
}
