namespace Lineup.Compression.Evaluation.Reports;

/// <summary>The variants worth choosing between: no other one is both faster and more accurate.</summary>
public static class ParetoFront
{
    /// <summary>From the fastest, least accurate to the slowest, most accurate. Of equals the first is taken.</summary>
    public static IReadOnlyList<VariantReport> Of(IEnumerable<VariantReport> variants)
    {
        var front = new List<VariantReport>();
        foreach (var variant in variants.OrderBy(variant => variant.Times.Mean).ThenByDescending(variant => variant.Top1))
        {
            if (front.Count == 0 || variant.Top1 > front[^1].Top1)
                front.Add(variant);
        }

        return front;
    }
}
