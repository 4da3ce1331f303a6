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
    public async Task Start_SettingOutOfRange_EndsNamingIt(string program, string key, string value, string named)
    {
        var (exitCode, log) = await ServerProcess.RunAsync($"Lineup.{program}.dll", "--urls", "http://127.0.0.1:0", $"--{key}", value);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(named, log, StringComparison.Ordinal);
    }
}
