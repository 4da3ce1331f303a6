using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Load;

/// <summary>A frontend that is asked to end while it works.</summary>
public sealed class DrainTests : IDisposable
{
    private readonly TestRepository _repository = new TestRepository().AddModel("slow", new TinyModel { ExtraWork = 500 });

    [Fact]
    public async Task Terminate_RequestsAccepted_AnswersThemAllAndEndsWithZero()
    {
        Signals.Require();
        await using var server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Lanes:Count", "1");
        using var load = await server.Http.PostPathAsync("/api/models/slow/variants/original/load");
        await load.OkAsync();
        var accepted = Enumerable.Range(0, 6).Select(_ => server.Http.ClassifyAsync("slow", Pictures.Red)).ToList();
        await Poll.UntilAsync(
            "one runs and five wait",
            () => server.Http.JsonAsync("/api/models/slow/variants/original"),
            variant => variant.GetProperty("waiting").GetInt32() == 5);

        server.Terminate();

        foreach (var response in await Task.WhenAll(accepted))
        {
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}\n{server.Log}");
            response.Dispose();
        }

        Assert.Equal(0, await server.UntilExitAsync());
    }

    [Fact]
    public async Task Terminate_NothingToDo_EndsWithZero()
    {
        Signals.Require();
        await using var server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root);

        server.Terminate();

        Assert.Equal(0, await server.UntilExitAsync());
    }

    public void Dispose() => _repository.Dispose();
}
