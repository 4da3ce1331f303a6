using Lineup.Page.Tests.Browsing;

namespace Lineup.Page.Tests.Shell;

/// <summary>What holds for every page.</summary>
public sealed class ShellTests(Browsers browsers, TinyModels models)
{
    public static TheoryData<string, string> Pages { get; } = new MatrixTheoryData<string, string>(["/", "/measure", "/models", "/not-found"], Screen.All.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Opened_StandsStillIsAccessibleAndWithoutComplaint(string path, string screen)
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address, Screen.Named(screen));

        await visit.OpenAsync(path);

        await visit.ShowAsync($"shell{path.Replace('/', '-')}");
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the screen");
        await visit.AssertAccessibleAsync();
        await visit.AssertNoComplaintsAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/measure")]
    [InlineData("/models")]
    public async Task Page_Opened_PaintsWithinASecond(string path)
    {
        var paints = new List<double>();

        // A browser without a cache each time. The quickest counts: the others tell what else the machine had to do.
        for (var i = 0; i < 3; i++)
        {
            await using var visit = await Visit.BeginAsync(browsers, models.Address);
            await visit.OpenAsync(path);
            paints.Add(await visit.FirstPaintAsync());
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"first contentful paint: {string.Join(", ", paints.Select(paint => $"{paint:0} ms"))}");
        Assert.InRange(paints.Min(), 1, 1000);
    }
}
