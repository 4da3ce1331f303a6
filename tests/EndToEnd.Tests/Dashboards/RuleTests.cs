using System.Diagnostics;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>What promtool says of the rules.</summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "rules/recording.yml", "rules/alerts.yml")]
    [InlineData("test", "rules", "tests/alerts.test.yml")]
    public async Task Promtool_Rules_FindsThemSound(params string[] arguments)
    {
        var start = new ProcessStartInfo(PrometheusTools.Require("promtool"), arguments)
        {
            WorkingDirectory = DashboardFiles.Dashboards,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var promtool = Process.Start(start)!;
        var output = promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(promtool.ExitCode == 0, $"{await output}\n{await errors}");
    }
}
