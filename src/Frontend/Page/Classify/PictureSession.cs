using Lineup.Frontend.Classification;
using Lineup.Inference.Admission;
using Lineup.Inference.Imaging;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace Lineup.Frontend.Page.Classify;

/// <summary>
/// The pictures on one visitor's screen. js/classify.js takes them in, sends them to the API and tells what came back; only names and
/// answers pass through the circuit. Used on the circuit's dispatcher alone.
/// </summary>
internal sealed class PictureSession(IJSRuntime runtime, IOptions<ImageOptions> images, IOptions<AdmissionOptions> admission) : IAsyncDisposable
{
    private readonly List<PictureRun> _runs = [];
    private DotNetObjectReference<PictureSession>? _self;
    private IJSObjectReference? _script;
    private Choice? _aim;

    /// <summary>Something that is shown has changed.</summary>
    public event Action? Changed;

    /// <summary>Latest first.</summary>
    public IReadOnlyList<PictureRun> Runs => _runs;

    /// <summary>The browser's history, latest first; null until it is known.</summary>
    public IReadOnlyList<PastPicture>? Past { get; private set; }

    /// <summary>Pictures came while nobody was chosen to classify them.</summary>
    public bool WasEarly { get; private set; }

    public long MaxBytes => images.Value.MaxBytes;

    /// <summary>Begins to take pictures, and shows again what this tab showed before it was reloaded.</summary>
    public async Task BeginAsync()
    {
        _self = DotNetObjectReference.Create(this);
        await using var module = await runtime.InvokeAsync<IJSObjectReference>("import", "/js/classify.js");
        var limits = new { maxBytes = MaxBytes, deadlineMs = (int)admission.Value.MaxDeadline.TotalMilliseconds };
        _script = await module.InvokeAsync<IJSObjectReference>("begin", _self, limits);
        await AimAsync(_aim);
        foreach (var id in await _script.InvokeAsync<string[]>("shown"))
            await RecallAsync(id, atEnd: true);
        await Remembered();
    }

    /// <summary>Who shall answer from now on; null: pictures are not taken.</summary>
    public async Task AimAsync(Choice? choice)
    {
        _aim = choice;
        WasEarly &= choice is null;
        if (_script is not null)
            await _script.InvokeVoidAsync("aim", choice);
    }

    /// <summary>Sends a picture once more. False if the browser no longer has it.</summary>
    public async Task<bool> AgainAsync(PictureRun run)
    {
        if (_script is null || !await _script.InvokeAsync<bool>("again", run.Id))
            return false;
        return true;
    }

    public async Task RemoveAsync(PictureRun run)
    {
        _runs.Remove(run);
        if (_script is not null)
            await _script.InvokeVoidAsync("remove", run.Id);
    }

    /// <summary>Shows a picture of the history.</summary>
    public async Task RecallAsync(string id, bool atEnd = false)
    {
        if (_script is null || await _script.InvokeAsync<RecalledPicture?>("recall", id) is not { } recalled)
            return;
        _runs.RemoveAll(run => run.Id == id);
        var run = new PictureRun(recalled.Id, recalled.Name, null, new(recalled.Model, recalled.Variant));
        foreach (var answer in recalled.Answers)
            run.Answer(answer);
        foreach (var skipped in recalled.Skipped)
            run.Skip(skipped);
        run.Finish();
        _runs.Insert(atEnd ? _runs.Count : 0, run);
        Changed?.Invoke();
    }

    public async Task ForgetPastAsync()
    {
        if (_script is not null)
            await _script.InvokeVoidAsync("forgetPast");
        await Remembered();
    }

    public async Task<bool> CopyAsync(string text) => _script is not null && await _script.InvokeAsync<bool>("copy", text);

    [JSInvokable]
    public void NobodyChosen() => Tell(() => WasEarly = true);

    [JSInvokable]
    public void Arrived(ArrivedPicture[] pictures) => Tell(() =>
        _runs.InsertRange(0, pictures
            .Where(picture => Find(picture.Id) is null)
            .Select(picture => new PictureRun(picture.Id, picture.Name, picture.Bytes, new(picture.Model, picture.Variant)))));

    [JSInvokable]
    public void Queued(string id) => Tell(() => Find(id)?.Await());

    [JSInvokable]
    public void Sent(string id, double share) => Tell(() => Find(id)?.Send(share));

    [JSInvokable]
    public void Answered(string id, ComparedVariant answer) => Tell(() => Find(id)?.Answer(answer));

    [JSInvokable]
    public void Skipped(string id, SkippedVariant skipped) => Tell(() => Find(id)?.Skip(skipped));

    [JSInvokable]
    public void Finished(string id) => Tell(() => Find(id)?.Finish());

    [JSInvokable]
    public void Failed(string id, Problem problem) => Tell(() => Find(id)?.Fail(problem));

    [JSInvokable]
    public async Task Remembered()
    {
        if (_script is null)
            return;
        Past = await _script.InvokeAsync<PastPicture[]>("past");
        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_script is not null)
            {
                await _script.InvokeVoidAsync("end");
                await _script.DisposeAsync();
            }
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            // The browser has gone, and its script with it.
        }

        _self?.Dispose();
    }

    private PictureRun? Find(string id) => _runs.Find(run => run.Id == id);

    private void Tell(Action change)
    {
        change();
        Changed?.Invoke();
    }
}
