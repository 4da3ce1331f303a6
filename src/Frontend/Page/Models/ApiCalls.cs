using System.Collections.Concurrent;
using Microsoft.JSInterop;

namespace Lineup.Frontend.Page.Models;

/// <summary>
/// Has the browser call the REST API, with the key that only it knows and the files that only it has. Answers come back through
/// <see cref="Answered"/>, so that neither a long upload nor a lost connection loses one. For one circuit.
/// </summary>
public sealed class ApiCalls(IJSRuntime runtime) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ApiAnswer>> _open = new();
    private DotNetObjectReference<ApiCalls>? _self;
    private Task<IJSObjectReference>? _session;

    /// <summary>Calls the API.</summary>
    /// <param name="method">GET, POST, DELETE.</param>
    /// <param name="path">Path and query.</param>
    public Task<ApiAnswer> SendAsync(string method, string path) => SendAsync("call", method, path);

    /// <summary>Posts the files of a field, pictures as one archive, and keeps them at hand for <see cref="PostAgainAsync"/>.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="field">Id of the field.</param>
    /// <param name="keep">Under which name they are kept, as long as the page is open.</param>
    public Task<ApiAnswer> PostFilesAsync(string path, string field, string keep) => SendAsync("postFiles", path, field, keep);

    /// <summary>Posts once more what was kept under that name.</summary>
    public Task<ApiAnswer> PostAgainAsync(string path, string keep) => SendAsync("postAgain", path, keep);

    /// <summary>Whether this browser still has what was sent under that name.</summary>
    public async Task<bool> HasKeptAsync(string keep) => await InvokeAsync<bool>("hasKept", keep);

    /// <summary>What is chosen in a field for files; null if nothing is, or the browser has gone.</summary>
    public async Task<ChosenFiles?> ChosenAsync(string field) => await InvokeAsync<ChosenFiles?>("chosen", field);

    /// <summary>Told by the browser; told twice where the first time was not confirmed.</summary>
    [JSInvokable]
    public void Answered(string call, ApiAnswer answer)
    {
        if (_open.TryRemove(call, out var waiting))
            waiting.TrySetResult(answer);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var waiting in _open.Values)
            waiting.TrySetResult(ApiAnswer.Left);
        try
        {
            if (_session is { IsCompletedSuccessfully: true } session)
            {
                await (await session).InvokeVoidAsync("end");
                await (await session).DisposeAsync();
            }
        }
        catch (Exception error) when (error is JSDisconnectedException or JSException or OperationCanceledException)
        {
            // The browser has gone, and its side with it.
        }

        _self?.Dispose();
    }

    private async Task<ApiAnswer> SendAsync(string function, params object?[] arguments)
    {
        var call = Guid.NewGuid().ToString("n");
        var waiting = _open[call] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return await InvokeAsync<bool>(function, [call, .. arguments]) ? await waiting.Task : ApiAnswer.Left;
    }

    private async Task<T?> InvokeAsync<T>(string function, params object?[] arguments)
    {
        try
        {
            return await (await (_session ??= BeginAsync())).InvokeAsync<T>(function, arguments);
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            return default;
        }
    }

    private async Task<IJSObjectReference> BeginAsync()
    {
        await using var module = await runtime.InvokeAsync<IJSObjectReference>("import", "/js/models.js");
        return await module.InvokeAsync<IJSObjectReference>("begin", _self = DotNetObjectReference.Create(this));
    }
}
