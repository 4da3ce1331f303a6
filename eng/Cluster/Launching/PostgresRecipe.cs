using System.Globalization;
using Lineup.Cluster.Running;

namespace Lineup.Cluster.Launching;

/// <summary>PostgreSQL with a database and a user called lineup, whose password is a secret of the run.</summary>
internal sealed class PostgresRecipe : IRecipe
{
    private const string Name = "lineup";

    public string Program => "postgres";

    /// <summary>Sends clients away instead of waiting until they have gone.</summary>
    public Signal StopSignal => Signal.Interrupt;

    /// <summary>PostgreSQL refuses to run as root; Debian's package has a user for it.</summary>
    private static string? User => Environment.IsPrivilegedProcess ? "postgres" : null;

    public async Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var database = Path.Combine(context.Data, "database");
        if (!Directory.Exists(database))
            await MakeAsync(context, database, cancellationToken);
        context.Folder.KeepConnection(
            $"Host={context.Places.Host(context.Service)};Port={Number(context.Port("postgres"))};Username={Name};Database={Name};Password={context.Folder.Secret(RunFolder.PostgresPassword)}");
        return new(
            context.Program,
            ["-D", database, "-p", Number(context.Port("postgres")), "-k", context.Data, "-c", $"listen_addresses={context.Places.Bind(context.Service)}"])
        {
            User = User,
        };
    }

    public async Task AfterStartAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        // Over the socket in its own folder, which lets in who may enter the folder.
        string[] connect = ["-h", context.Data, "-p", Number(context.Port("postgres")), "-U", Name];
        var psql = Beside(context.Program, "psql");
        var create = $"SELECT 'CREATE DATABASE {Name}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{Name}') \\gexec";
        var script = Path.Combine(context.Data, "create.sql");
        await File.WriteAllTextAsync(script, create + "\n", cancellationToken);
        await context.RunAsync(new(psql, [.. connect, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-f", script]) { User = User }, cancellationToken);
    }

    private static async Task MakeAsync(LaunchContext context, string database, CancellationToken cancellationToken)
    {
        var password = Path.Combine(context.Data, "password");
        await File.WriteAllTextAsync(password, context.Folder.Secret(RunFolder.PostgresPassword), cancellationToken);
        if (User is { } user)
            await context.RunAsync(new("chown", ["-R", user, context.Data]), cancellationToken);
        try
        {
            await context.RunAsync(
                new(Beside(context.Program, "initdb"), ["-D", database, "-U", Name, "--pwfile", password, "--auth-host=scram-sha-256", "--auth-local=trust", "--encoding=UTF8", "--locale=C"]) { User = User },
                cancellationToken);
        }
        finally
        {
            File.Delete(password);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A program of the same version.</summary>
    private static string Beside(string program, string other)
    {
        var real = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
        return Path.Combine(Path.GetDirectoryName(real)!, other);
    }
}
