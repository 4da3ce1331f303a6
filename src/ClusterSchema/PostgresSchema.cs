using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using Npgsql;

namespace Lineup.ClusterSchema;

/// <summary>
/// The tables and queries that a cluster keeps its members and its state with in PostgreSQL. Orleans reads the text of its queries from
/// the table OrleansQuery, so they belong to the schema and not to the program that runs them.
/// </summary>
public sealed class PostgresSchema(string connectionString)
{
    /// <summary>Counted up with each change that an older silo cannot work with.</summary>
    public const int Version = 1;

    /// <summary>Two that make the schema at once would both find no table; they take turns by this lock of the database.</summary>
    private const long InitLock = 0x6C696E657570;

    private const string TableIsMissing = "42P01";

    private static readonly Assembly Texts = typeof(PostgresSchema).Assembly;

    /// <summary>
    /// Makes what is missing, in one transaction: all of it or nothing. Can be run again at any time, and while silos run. Expected
    /// failures are outcomes.
    /// </summary>
    public Task<SchemaResult> InitAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({InitLock})", cancellationToken);
        await RunAsync(connection, Read("tables.sql"), cancellationToken);
        var found = await VersionAsync(connection, cancellationToken);
        if (found > Version)
            return TooNew(found);

        foreach (var (key, text) in Queries())
        {
            await RunAsync(
                connection,
                "INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES (@key, @text) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = @text",
                cancellationToken,
                new("key", key),
                new("text", text));
        }

        await RunAsync(
            connection, "INSERT INTO lineup_schema (version) VALUES (@version) ON CONFLICT DO NOTHING", cancellationToken, new NpgsqlParameter("version", Version));
        await transaction.CommitAsync(cancellationToken);
        return new(found == Version ? SchemaOutcome.AlreadyThere : SchemaOutcome.Made);
    });

    /// <summary>Whether the schema is there, as a silo needs it. Changes nothing.</summary>
    public Task<SchemaResult> CheckAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var connection = await OpenAsync(cancellationToken);
        var found = await VersionAsync(connection, cancellationToken);
        return found == Version ? new(SchemaOutcome.AlreadyThere)
            : found > Version ? TooNew(found)
            : new(SchemaOutcome.Missing, $"The database has version {found} of the cluster's schema, this program needs {Version}. Run 'lineup cluster init' once.");
    });

    private static async Task<SchemaResult> GuardAsync(Func<Task<SchemaResult>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException error) when (error.SqlState == TableIsMissing)
        {
            return new(SchemaOutcome.Missing, "The database has no schema of a cluster. Run 'lineup cluster init' once.");
        }
        catch (PostgresException error)
        {
            return new(SchemaOutcome.Unreachable, $"PostgreSQL refuses: {error.MessageText}.");
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or TimeoutException or ArgumentException)
        {
            return new(SchemaOutcome.Unreachable, $"PostgreSQL cannot be reached: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static SchemaResult TooNew(int found) => new(
        SchemaOutcome.TooNew, $"The database has version {found} of the cluster's schema, this program knows {Version}. Use the newer program.");

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM lineup_schema", connection);
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(text, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The queries by the names Orleans asks for, which are those of their files.</summary>
    private static IEnumerable<(string Key, string Text)> Queries() =>
        from name in Texts.GetManifestResourceNames()
        where name.EndsWith("Key.sql", StringComparison.Ordinal)
        orderby name
        select (Path.GetFileNameWithoutExtension(name), Read(name));

    private static string Read(string name)
    {
        using var reader = new StreamReader(Texts.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
