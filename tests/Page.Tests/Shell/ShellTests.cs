using Lineup.Page.Tests.Browsing;

namespace Lineup.Page.Tests.Shell;

/// <summary>What holds for every page.</summary>
public sealed class ShellTests(Browsers browsers, TinyModels models)
{
    public static TheoryData<string, string> Pages { get; } = new MatrixTheoryData<string, string>(["/", "/measure", "/models", "/not-found"], Screen.All.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Opened_IsQuickStillAccessibleAndWithoutComplaint(string path, string screen)
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address, Screen.Named(screen));

        await visit.OpenAsync(path);

        await visit.ShowAsync($"shell{path.Replace('/', '-')}");
        Assert.InRange(await visit.FirstPaintAsync(), 0, 1000);
        Assert.InRange(await visit.ShiftAsync(), 0, 0.01);
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the screen");
        await visit.AssertAccessibleAsync();
        await visit.AssertNoComplaintsAsync();
    }
}
