using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.CommandLine;

/// <summary>What <c>lineup train</c> and <c>lineup retrain</c> say to what they cannot do; runs themselves are tested in Training.Tests.</summary>
public sealed class TrainTests
{
    [Theory]
    [InlineData("nowhere.json", "train", "--recipe", "nowhere.json", "--data", "pictures.zip")]
    [InlineData("MODEL/VARIANT", "retrain", "tiny", "--data", "pictures.zip")]
    public async Task Command_CannotBeDone_SaysWhyInOneLine(string named, params string[] arguments)
    {
        var (exitCode, log) = await ServerProcess.RunAsync("lineup.dll", arguments);

        Assert.True(exitCode == 1, log);
        Assert.Contains(named, log, StringComparison.Ordinal);
        Assert.Single(log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData("train", "--recipe", "a.json", "--data", "b.zip", "--epochs", "0")]
    [InlineData("compress", "tiny", "--variants", "int8", "--count", "0")]
    public async Task Command_NumberBelowOne_IsAWrongCommandLine(params string[] arguments) =>
        Assert.Equal(2, (await ServerProcess.RunAsync("lineup.dll", arguments)).ExitCode);
}
