using Lineup.Page.Tests.Browsing;

namespace Lineup.Page.Tests.Shell;

/// <summary>Orleans' dashboard under this frontend's path and content policy, as an operator's browser sees it.</summary>
public sealed class OrleansDashboardTests(Browsers browsers, TinyModels models)
{
    [Fact]
    public async Task Dashboard_Opened_ShowsTheSiloWithoutComplaint()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);

        await visit.Page.GotoAsync("/orleans/#/silos");

        await visit.Page.GetByText("embedded").First.WaitForAsync();
        await visit.ShowAsync("orleans-silos");
        await visit.AssertNoComplaintsAsync();
    }
}
