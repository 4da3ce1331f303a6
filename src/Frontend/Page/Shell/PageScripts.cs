using Microsoft.JSInterop;

namespace Lineup.Frontend.Page.Shell;

/// <summary>
/// The shell's own scripts, as one circuit calls them. A browser that has gone makes no error: nobody is there to see what would
/// have happened.
/// </summary>
internal sealed class PageScripts(IJSRuntime runtime) : IAsyncDisposable
{
    private IJSObjectReference? _key;

    /// <summary>Tells the browser that the page answers to clicks from here on.</summary>
    public async Task AnnounceInteractiveAsync() => await UnlessGone(() => runtime.InvokeAsync<bool>("lineup.interactive"));

    /// <summary>system, light or dark; null if the browser has gone.</summary>
    public async Task<string?> ChosenThemeAsync() => await UnlessGone(() => runtime.InvokeAsync<string?>("lineup.theme.chosen"));

    public async Task ChooseThemeAsync(string choice) => await UnlessGone(() => runtime.InvokeAsync<bool>("lineup.theme.choose", choice));

    public async Task<bool> HasKeyAsync() => await UnlessGone(async () => await (await KeyAsync()).InvokeAsync<bool>("has"));

    /// <summary>Keeps what stands in an input field. False if that is too short to be a key.</summary>
    public async Task<bool> KeepKeyAsync(string field) => await UnlessGone(async () => await (await KeyAsync()).InvokeAsync<bool>("keepFrom", field));

    public async Task ForgetKeyAsync() => await UnlessGone(async () => await (await KeyAsync()).InvokeAsync<bool>("forget"));

    public async ValueTask DisposeAsync()
    {
        if (_key is not null)
        {
            await UnlessGone(async () =>
            {
                await _key.DisposeAsync();
                return true;
            });
        }
    }

    private async ValueTask<IJSObjectReference> KeyAsync() => _key ??= await runtime.InvokeAsync<IJSObjectReference>("import", "/js/key.js");

    private static async ValueTask<T?> UnlessGone<T>(Func<ValueTask<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            return default;
        }
    }
}
