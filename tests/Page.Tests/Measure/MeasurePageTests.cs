using System.Text;
using System.Xml.Linq;
using Lineup.Page.Tests.Browsing;
using Lineup.TestSupport;
using Microsoft.Playwright;

namespace Lineup.Page.Tests.Measure;

/// <summary>What a person does on the page Measure.</summary>
public sealed class MeasurePageTests(Browsers browsers, MeasuredModels models)
{
    public static TheoryData<string> Screens => Screen.All;

    /// <summary>Whether two names in a chart cover each other, as the browser draws them, or leave the chart.</summary>
    private const string BadLabels = """
        () => {
          const bad = [];
          for (const chart of document.querySelectorAll('.chart')) {
            if (chart.getClientRects().length === 0) continue;
            const frame = chart.getBoundingClientRect();
            const boxes = [...chart.querySelectorAll('.label')].map(label => ({ name: label.textContent, box: label.getBoundingClientRect() }));
            boxes.forEach(({ name, box }, i) => {
              if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) bad.push(`${name} leaves the chart`);
              for (const other of boxes.slice(i + 1))
                if (Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 1 && Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 3)
                  bad.push(`${name} covers ${other.name}`);
            });
          }
          return bad;
        }
        """;

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Measure_WhileVariantsServe_IsStillAccessibleAndWithoutComplaint(string screen)
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address, Screen.Named(screen));
        await visit.OpenAsync("/measure?model=lined-up");

        await ServeUntilShownAsync(visit.Page);

        await visit.ShowAsync("measure");
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(BadLabels));
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the screen");
        await visit.AssertAccessibleAsync();
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task TradeOff_AgreementAndLiveTimeChosen_DrawsThem()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await models.ClassifyAsync("original", 3);
        await visit.OpenAsync("/measure?model=lined-up");
        var panel = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Accuracy against time" });
        await Assertions.Expect(panel.Locator(".chart-wide circle")).ToHaveCountAsync(6);

        // As with a keyboard: the arrow keys of the radio buttons.
        await panel.GetByLabel("First guess right").FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await panel.GetByLabel("Live median").CheckAsync();

        await Assertions.Expect(panel.GetByText("same as the original, %").First).ToBeVisibleAsync();
        await Assertions.Expect(panel.Locator(".reserved > :not([aria-hidden])").GetByText("too few requests for a live time")).ToBeVisibleAsync();
        await Assertions.Expect(panel.Locator(".chart-wide circle").First).ToContainTextAsync("original: 100.0 %");
        await visit.AssertNoComplaintsAsync();
    }

    [Theory]
    [InlineData("desktop-light")]
    [InlineData("phone-dark")]
    public async Task TradeOff_LiveTimesComeIn_TakeTheirPlaceWithoutMovingAnything(string screen)
    {
        var model = screen == Screen.Desktop.Name ? "unserved" : "unserved-phone";
        await using var visit = await Visit.BeginAsync(browsers, models.Address, Screen.Named(screen));
        await visit.OpenAsync($"/measure?model={model}");
        var panel = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Accuracy against time" });
        var below = visit.Page.GetByRole(AriaRole.Heading, new() { Name = "The figures" });
        await panel.GetByLabel("Live median").CheckAsync();
        await Assertions.Expect(panel.GetByText("No variant has served enough requests yet")).ToBeVisibleAsync();
        var before = (await below.BoundingBoxAsync())!.Y;

        foreach (var variant in (string[])["original", "int8"])
        {
            await models.ClassifyAsync(variant, 40, model);
            await Assertions.Expect(panel.Locator(".chart-wide circle, .chart-narrow circle").Filter(new() { HasText = $"{variant}:" })).ToHaveCountAsync(2);
            Assert.Equal(before, (await below.BoundingBoxAsync())!.Y);
        }

        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task Evaluations_SortedByTime_PutsTheFastestFirstAndUnknownLast()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenAsync("/measure?model=lined-up");
        var table = visit.Page.GetByRole(AriaRole.Region, new() { Name = "The figures" }).Locator("table");
        var heading = table.GetByRole(AriaRole.Button, new() { Name = "Time a picture" });

        await heading.ClickAsync();
        await Assertions.Expect(table.Locator("th[aria-sort=descending]")).ToContainTextAsync("Time a picture");
        await heading.ClickAsync();

        await Assertions.Expect(table.Locator("th[aria-sort=ascending]")).ToContainTextAsync("Time a picture");
        await Assertions.Expect(table.Locator("tbody tr").First).ToContainTextAsync("int8-published");
        await Assertions.Expect(table.Locator("tbody tr").Last).ToContainTextAsync("pruned-channels");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Measure_NothingEvaluated_SaysHowTo()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);

        await visit.OpenAsync("/measure?model=unknown");

        await visit.ShowAsync("measure-unknown");
        await Assertions.Expect(visit.Page.GetByText("evaluate unknown --data labelled.zip")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task Measure_ModelThatIsNotThere_SaysSo()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);

        await visit.OpenAsync("/measure?model=none");

        await Assertions.Expect(visit.Page.GetByText("There is no model called “none”.")).ToBeVisibleAsync();
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Keep_EachFile_IsWhatItSays()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenAsync("/measure?model=lined-up");
        await ServeUntilShownAsync(visit.Page);

        foreach (var (section, kind, name) in new[]
        {
            ("Accuracy against time", "SVG", "lined-up-accuracy-against-latency.svg"),
            ("Accuracy against time", "PNG", "lined-up-accuracy-against-latency.png"),
            ("The figures", "CSV", "lined-up-evaluation.csv"),
            ("Right now", "SVG", "lined-up-latency.svg"),
            ("Right now", "PNG", "lined-up-latency.png"),
            ("Right now", "CSV", "lined-up-live.csv"),
        })
        {
            var control = visit.Page.GetByRole(AriaRole.Region, new() { Name = section }).Locator(".keep-link", new() { HasTextString = kind }).First;
            var download = await visit.Page.RunAndWaitForDownloadAsync(() => control.ClickAsync());

            Assert.Equal(name, download.SuggestedFilename);
            var path = Path.Combine(Artifacts.Folder, name);
            await download.SaveAsAsync(path);
            AssertIs(kind, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        }

        await visit.AssertNoComplaintsAsync();
    }

    private static void AssertIs(string kind, byte[] content)
    {
        switch (kind)
        {
            case "SVG":
                Assert.Equal("svg", XElement.Parse(Encoding.UTF8.GetString(content)).Name.LocalName);
                break;
            case "PNG":
                Assert.Equal<byte>([0x89, (byte)'P', (byte)'N', (byte)'G'], content[..4]);
                break;
            default:
                var lines = Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Split("\r\n");
                Assert.StartsWith("model,variant,", lines[0], StringComparison.Ordinal);
                Assert.StartsWith("lined-up,original,", lines[1], StringComparison.Ordinal);
                break;
        }
    }

    /// <summary>Sends requests until the page shows a median of them.</summary>
    private async Task ServeUntilShownAsync(IPage page)
    {
        var row = page.Locator(".steady tbody tr").First;
        await Poll.UntilAsync(
            "the last minute shows a median",
            async () =>
            {
                await models.ClassifyAsync("original", 30);
                await models.ClassifyAsync("int8", 45);
                await models.ClassifyAsync("fp16", 8);
                return await row.InnerTextAsync();
            },
            text => text.Contains(" ms", StringComparison.Ordinal),
            TimeSpan.FromSeconds(40));
    }
}
