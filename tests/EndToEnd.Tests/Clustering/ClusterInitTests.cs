using Lineup.TestSupport.Stores;

namespace Lineup.EndToEnd.Tests.Clustering;

/// <summary><c>lineup cluster init</c> against a real PostgreSQL.</summary>
public sealed class ClusterInitTests
{
    [Fact]
    public async Task Init_Twice_MakesTheSchemaOnce()
    {
        await using var postgres = await PostgresServer.StartAsync();

        var first = await InitAsync("--connection", postgres.ConnectionString);
        var second = await InitAsync("--connection", postgres.ConnectionString);

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("has been made", first.Log, StringComparison.Ordinal);
        Assert.Contains("is there already", second.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_ManyAtOnce_AllSucceedAndOneMadeIt()
    {
        await using var postgres = await PostgresServer.StartAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => InitAsync("--connection", postgres.ConnectionString)));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Log));
        Assert.Single(runs, run => run.Log.Contains("has been made", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_SchemaIsMissing_SiloNamesTheCommand()
    {
        await using var postgres = await PostgresServer.StartAsync();

        var (exitCode, log) = await ServerProcess.RunAsync(
            "Lineup.Silo.dll", "--urls", "http://127.0.0.1:0", "--Lineup:Cluster:Store", "PostgreSql", "--Lineup:Cluster:ConnectionString", postgres.ConnectionString);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("lineup cluster init", log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "cannot be reached", "--connection", "Host=127.0.0.1;Port=1;Username=lineup;Password=secret-word")]
    [InlineData(1, "cannot be reached", "--connection", "nonsense=secret-word")]
    [InlineData(2, "how to reach PostgreSQL")]
    [InlineData(2, "Oracle", "--store", "Oracle")]
    [InlineData(0, "needs no schema", "--store", "Redis")]
    public async Task Init_CannotBeDone_SaysWhy(int exitCode, string said, params string[] arguments)
    {
        var run = await InitAsync(arguments);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(said, run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", run.Log, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Log)> InitAsync(params string[] arguments) =>
        ServerProcess.RunAsync("lineup.dll", ["cluster", "init", .. arguments]);
}
