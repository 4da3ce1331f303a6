using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Lineup.Page.Tests.Browsing;

/// <summary>What axe-core has to say about WCAG 2.2 A and AA and about good practice.</summary>
internal static class Accessibility
{
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    };

    public static async Task AssertAccessibleAsync(this Visit visit) => AssertClean(await visit.Page.RunAxe(Rules));

    /// <summary>The same of one part: what a dialog lies upon is no matter of the dialog's.</summary>
    public static async Task AssertAccessibleAsync(this ILocator part) => AssertClean(await part.RunAxe(Rules));

    private static void AssertClean(AxeResult result)
    {
        Assert.NotEmpty(result.Passes);
        var violations = result.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help}\n{string.Join('\n', violation.Nodes.Select(node => $"   {node.Html}\n      {string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message))}"))}").ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }
}
