using Microsoft.JSInterop;

namespace Lineup.Frontend.Page.Measure;

/// <summary>Has the browser turn a chart into a PNG: it has the fonts, and the circuit need not carry the picture.</summary>
internal sealed class ChartPictures(IJSRuntime runtime)
{
    private IJSObjectReference? _script;

    /// <summary>False if the browser could not.</summary>
    /// <param name="svg">Address of the chart's SVG file.</param>
    /// <param name="name">What the file is to be called.</param>
    public async Task<bool> SaveAsync(string svg, string name)
    {
        try
        {
            // The script lives as long as the page that loaded it, so there is nothing to give back.
            _script ??= await runtime.InvokeAsync<IJSObjectReference>("import", "/js/charts.js");
            return await _script.InvokeAsync<bool>("savePng", svg, name);
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            // Nobody is there to see what would have happened.
            return true;
        }
    }
}
