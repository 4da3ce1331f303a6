using Lineup.Frontend.Page.Shell;
using Lineup.Inference.Admission;
using Lineup.Inference.Imaging;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace Lineup.Frontend.Page.Classify;

/// <summary>Choose who answers, add photographs, see the answers side by side. What is chosen stands in the address.</summary>
public sealed partial class ClassifyPage : WatchingPage, IAsyncDisposable
{
    [SupplyParameterFromQuery(Name = "model")]
    private string? AskedModel { get; set; }

    [SupplyParameterFromQuery(Name = "variant")]
    private string? AskedVariant { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Runtime { get; set; } = null!;

    [Inject]
    private IOptions<ImageOptions> Images { get; set; } = null!;

    [Inject]
    private IOptions<AdmissionOptions> Admission { get; set; } = null!;

    /// <summary>What the address names, whether or not it is there.</summary>
    private Choice? Asked => string.IsNullOrEmpty(AskedModel) ? null : new(AskedModel, string.IsNullOrEmpty(AskedVariant) ? null : AskedVariant);

    private Choice? Chosen => Asked is { } asked && asked.IsIn(Snapshot) ? asked : null;

    private PictureSession Session { get; set; } = null!;

    public async ValueTask DisposeAsync()
    {
        Dispose();
        Session.Changed -= StateHasChanged;
        await Session.DisposeAsync();
    }

    protected override Task OnInitializedAsync()
    {
        Session = new(Runtime, Images, Admission);
        Session.Changed += StateHasChanged;
        return base.OnInitializedAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        await Session.AimAsync(Chosen);
        await Session.BeginAsync();
    }

    protected override Task OnParametersSetAsync() => Session.AimAsync(Chosen);

    protected override Task OnSeenAsync() => Session.AimAsync(Chosen);

    private void Choose(Choice choice) => Navigation.NavigateTo(choice.Address, new NavigationOptions { ReplaceHistoryEntry = true });

    private Task RemoveAsync(PictureRun run) => Session.RemoveAsync(run);

    private Task OpenAsync(PastPicture past) => Session.RecallAsync(past.Id);
}
