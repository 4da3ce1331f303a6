using Microsoft.AspNetCore.Components;

namespace Lineup.Frontend.Page.Shell;

/// <summary>
/// A page over the cluster's models. It is prerendered with them, hands what it saw to the circuit so that nothing moves when that takes
/// over, and follows them until it is left.
/// </summary>
public abstract class WatchingPage : ComponentBase, IDisposable
{
    /// <summary>How long a first paint may wait for the cluster.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _left = new();

    /// <summary>The latest seen. Null only before the first reading.</summary>
    [Microsoft.AspNetCore.Components.PersistentState]
    public ModelsSnapshot? Seen { get; set; }

    [Inject]
    internal ModelWatch Watch { get; set; } = null!;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Left => _left.Token;

    protected ModelsSnapshot Snapshot => Seen ?? ModelsSnapshot.Unreachable;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _left.IsCancellationRequested)
            return;
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnInitializedAsync() => Seen ??= await Watch.ReadAsync(Patience, Left);

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            _ = FollowAsync(Watch.ChangesAsync(Left), SeeAsync);
    }

    /// <summary>Called on the page's dispatcher before it is rendered with what has changed.</summary>
    protected virtual Task OnSeenAsync() => Task.CompletedTask;

    /// <summary>Takes in what comes, on the page's dispatcher, until the page is left.</summary>
    /// <param name="changes">What comes.</param>
    /// <param name="see">Keeps it; false if there is nothing to be rendered anew.</param>
    protected async Task FollowAsync<T>(IAsyncEnumerable<T> changes, Func<T, ValueTask<bool>> see)
    {
        var left = Left;
        try
        {
            await foreach (var change in changes.WithCancellation(left))
            {
                await InvokeAsync(async () =>
                {
                    if (await see(change))
                        StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            // Left.
        }
    }

    private async ValueTask<bool> SeeAsync(ModelsSnapshot snapshot)
    {
        if (Seen is { } before && before.LooksLike(snapshot))
            return false;
        Seen = snapshot;
        await OnSeenAsync();
        return true;
    }
}
