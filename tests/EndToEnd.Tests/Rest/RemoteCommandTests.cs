using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;
using Lineup.TestSupport.Hosting;

namespace Lineup.EndToEnd.Tests.Rest;

/// <summary>The commands that make and evaluate variants, told to do it on a server.</summary>
[Collection(JobTests.Collection)]
public sealed class RemoteCommandTests(FrontendFixture frontend) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lineup-remote-");

    [Fact]
    public async Task Compress_FolderOfPictures_IsSentAndMadeThere()
    {
        var model = frontend.AddModel(new TinyModel { Classes = 20 });
        var pictures = _folder.CreateSubdirectory("holiday");
        for (var i = 0; i < 6; i++)
            await File.WriteAllBytesAsync(Path.Combine(pictures.FullName, $"{i}.png"), Pictures.Red, TestContext.Current.CancellationToken);

        var (exitCode, log) = await RunAsync("compress", model, "--variants", "fp16,int8", "--reduce-range", "--calibration", pictures.FullName);

        Assert.True(exitCode == 0, log);
        Assert.Contains("weights within -63..63", log, StringComparison.Ordinal);
        var made = new ModelStore(frontend.Repository.Root).Find(model, "int8").Variant!.Manifest;
        Assert.Equal("holiday.zip", made.Recipe!.Calibration);
    }

    [Fact]
    public async Task Compress_DryRun_PrintsThePlanOfTheServer()
    {
        var model = frontend.AddModel(new TinyModel());

        var (exitCode, log) = await RunAsync("compress", model, "--variants", "fp16", "--dry-run");

        Assert.True(exitCode == 0, log);
        Assert.Contains("fp16: fp16 storage: ", log, StringComparison.Ordinal);
        Assert.Contains("nothing was made", log, StringComparison.Ordinal);
        Assert.False(new ModelStore(frontend.Repository.Root).Find(model, "fp16").IsFound);
    }

    [Fact]
    public async Task Compress_SensitivityOnTheServer_ListsTheLayers()
    {
        var model = frontend.AddModel(new TinyModel());

        var (exitCode, log) = await RunAsync("compress", model, "--variants", "int8", "--data-set", "colours.zip", "--sensitivity");

        Assert.True(exitCode == 0, log);
        Assert.Contains("int8: sensitivity 1: ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_ThreadsOfTheServer_AreNotTheCallersToChoose()
    {
        var (exitCode, log) = await RunAsync("evaluate", "tiny", "--data-set", "colours.zip", "--threads", "1");

        Assert.Equal(1, exitCode);
        Assert.Contains("--threads", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_Interrupted_CancelsTheJobOnTheServer()
    {
        Signals.RequireInterrupts();
        var model = frontend.AddModel(new TinyModel { ExtraWork = 50 });
        await using var process = ServerProcess.Launch(
            "lineup.dll", "evaluate", model, "--data-set", "many.zip", "--server", frontend.Server.Address.ToString());

        await process.UntilLogAsync($"{model} ");
        process.Interrupt();
        var exitCode = await process.UntilExitAsync();

        Assert.True(exitCode == 130, $"{exitCode}: {process.Log}");
        await Poll.UntilAsync(
            "the job is cancelled", () => frontend.Http.JsonAsync($"/api/models/{model}/jobs"), now => now.List("jobs") is [var job] && job.Text("state") == "cancelled");
    }

    [Fact]
    public async Task Evaluate_DataSetOfTheServer_ShowsTheTableAndWritesTheReport()
    {
        var model = frontend.AddModel(new TinyModel(), "original", "int8");

        var (exitCode, log) = await RunAsync("evaluate", model, "--data-set", "colours.zip", "--no-save", "--output", _folder.FullName);

        Assert.True(exitCode == 0, log);
        Assert.Contains("12 pictures of colours.zip", log, StringComparison.Ordinal);
        var report = JsonSerializer.Deserialize<JsonElement>(
            await File.ReadAllBytesAsync(Path.Combine(_folder.FullName, "evaluation.json"), TestContext.Current.CancellationToken));
        Assert.Equal(2, report.List("variants").Count);
        Assert.Null(new ModelStore(frontend.Repository.Root).Find(model, "int8").Variant!.Manifest.Evaluation);
    }

    [Fact]
    public async Task Compress_RefusedByTheServer_SaysWhyAndFails()
    {
        var model = frontend.AddModel();

        var (exitCode, log) = await RunAsync("compress", model, "--variants", "int4");

        Assert.Equal(1, exitCode);
        Assert.Contains("no recipe 'int4'", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NobodyAnswers_SaysSo()
    {
        var (exitCode, log) = await ServerProcess.RunAsync("lineup.dll", "evaluate", "tiny", "--server", "http://127.0.0.1:1", "--data-set", "colours.zip");

        Assert.Equal(1, exitCode);
        Assert.Contains("cannot be reached", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate", "tiny")]
    [InlineData("evaluate", "tiny", "--data-set", "colours.zip")]
    [InlineData("compress", "tiny", "--variants", "fp16", "--server", "here")]
    public async Task Command_OptionsDoNotGoTogether_IsAWrongCommandLine(params string[] arguments) =>
        Assert.Equal(2, (await ServerProcess.RunAsync("lineup.dll", arguments)).ExitCode);

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<(int ExitCode, string Log)> RunAsync(params string[] arguments) =>
        ServerProcess.RunAsync("lineup.dll", [.. arguments, "--server", frontend.Server.Address.ToString()]);
}
