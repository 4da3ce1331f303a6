using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Clustering;

/// <summary>A host with a setting that makes no sense dies at boot and names the key.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Frontend", "Lineup:Admission:QueueLimit", "0", "QueueLimit")]
    [InlineData("Frontend", "Lineup:Images:MaxSide", "3", "MaxSide")]
    [InlineData("Frontend", "Lineup:Security:ApiKey", "short", "Lineup:Security:ApiKey")]
    [InlineData("Frontend", "Lineup:Cluster:Gateways:0", "nonsense", "Lineup:Cluster:Gateways")]
    [InlineData("Silo", "Lineup:Admission:DefaultDeadline", "00:09:00", "Lineup:Admission:DefaultDeadline")]
    [InlineData("Silo", "Lineup:Silo:Primary", "nonsense", "Lineup:Silo:Primary")]
    [InlineData("Silo", "Lineup:Silo:SiloPort", "70000", "SiloPort")]
    [InlineData("Silo", "Lineup:Silo:SiloPort", "many", "Lineup:Silo:SiloPort")]
    [InlineData("Silo", "Lineup:Cluster:Store", "Oracle", "Lineup:Cluster:Store")]
    [InlineData("Silo", "Lineup:Membership:Votes", "0", "Lineup:Membership:Votes")]
    public async Task Start_SettingOutOfRange_EndsNamingIt(string program, string key, string value, string named)
    {
        var (exitCode, log) = await ServerProcess.RunAsync($"Lineup.{program}.dll", "--urls", "http://127.0.0.1:0", $"--{key}", value);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(named, log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Silo", "Lineup:Silo:Primary")]
    [InlineData("Frontend", "Lineup:Cluster:Gateways")]
    public async Task Start_ManySettingsAreWrong_NamesThemAll(string program, string another)
    {
        string[] wrong =
        [
            "--Lineup:Cluster:Store", "PostgreSql", "--Lineup:Cluster:ClusterId", "", $"--{another}{(program == "Silo" ? "" : ":0")}", "127.0.0.1:30000",
            "--Lineup:Membership:ProbeTimeout", "01:00:00", "--Lineup:Observability:TracesShare", "much", "--Lineup:Admission:QueueLimit", "0",
        ];

        var (exitCode, log) = await ServerProcess.RunAsync($"Lineup.{program}.dll", ["--urls", "http://127.0.0.1:0", .. wrong]);

        Assert.NotEqual(0, exitCode);
        string[] keys =
        [
            "Lineup:Cluster:ConnectionString", "Lineup:Cluster:ClusterId", another, "Lineup:Membership:ProbeTimeout",
            "Lineup:Observability:TracesShare", "QueueLimit",
        ];
        Assert.All(keys, key => Assert.Contains(key, log, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Redis", "password=secret-word", "names no server")]
    [InlineData("Redis", "server:6379,secret-word=1", "is not one of Redis")]
    [InlineData("PostgreSql", "Database=secret-word", "names no Host")]
    [InlineData("PostgreSql", "Host=server;secret-word", "is not one of PostgreSql")]
    [InlineData("None", "secret-word", "does not say whether")]
    public async Task Start_ConnectionStringOfAnotherKind_SaysSoWithoutShowingIt(string store, string connection, string said)
    {
        var (exitCode, log) = await ServerProcess.RunAsync(
            "Lineup.Silo.dll", "--urls", "http://127.0.0.1:0", "--Lineup:Cluster:Store", store, "--Lineup:Cluster:ConnectionString", connection);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(said, log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", log, StringComparison.Ordinal);
    }
}
