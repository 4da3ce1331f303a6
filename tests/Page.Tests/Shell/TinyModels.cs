using Lineup.Page.Tests.Shell;
using Lineup.TestSupport;

[assembly: AssemblyFixture(typeof(TinyModels))]

namespace Lineup.Page.Tests.Shell;

/// <summary>A frontend over small made-up models that know red from green from blue; needs no real model.</summary>
public sealed class TinyModels : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private ServerProcess? _server;

    internal TestRepository Repository => _repository;

    internal Uri Address => _server!.Address;

    public async ValueTask InitializeAsync()
    {
        _repository.AddModel("tiny", "original", "int8").AddCorrupt("tiny").AddMalformedModel("malformed");
        _server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root);

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
