using Lineup.Page.Tests.Shell;
using Lineup.TestSupport;

[assembly: AssemblyFixture(typeof(TinyModels))]

namespace Lineup.Page.Tests.Shell;

/// <summary>
/// A frontend over small made-up models that know red from green from blue; needs no real model. "tiny" has the variants original, int8,
/// blind, which takes blue for red, slow, and corrupt, which cannot be loaded. "plain" has an original alone.
/// </summary>
public sealed class TinyModels : IAsyncLifetime
{
    /// <summary>Largest upload in bytes, small so that tests can exceed it.</summary>
    internal const int MaxBytes = 1 << 20;

    private readonly TestRepository _repository = new();
    private ServerProcess? _server;

    internal Uri Address => _server!.Address;

    internal HttpClient Http => _server!.Http;

    public async ValueTask InitializeAsync()
    {
        _repository.AddModel("tiny", "original", "int8").AddModel("plain").AddCorrupt("tiny").AddMalformedModel("malformed");
        _repository.AddVariant("tiny", "blind", new TinyModel { BlindTo = 2 }).AddVariant("tiny", "slow", new TinyModel { ExtraWork = 400 });
        _server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Images:MaxBytes", $"{MaxBytes}");

        // A first visitor, who waits for code to be compiled; times are measured from the second on.
        await _server.Http.GetStringAsync(new Uri("/", UriKind.Relative));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }
}
