using System.Diagnostics.Metrics;
using Lineup.GrainInterfaces;

namespace Lineup.Frontend.Drift;

/// <summary>How the variants' live answers compare with the original's. Only variants that have answered are counted.</summary>
internal sealed class DriftMetrics
{
    private readonly Counter<long> _checks;

    public DriftMetrics(IMeterFactory meters) => _checks = meters.Create(FrontendMeter.Name).CreateCounter<long>(
        "lineup.drift.checks", "{check}", "Answers held against the original's best class, by result: agreed, disagreed, skipped.");

    public void Checked(ModelVariantId variant, bool agreed) => Add(variant, agreed ? "agreed" : "disagreed");

    /// <summary>The original had no time for it, is not loaded, or could not answer.</summary>
    public void Skipped(ModelVariantId variant) => Add(variant, "skipped");

    private void Add(ModelVariantId variant, string result) =>
        _checks.Add(1, new("model", variant.Model), new("variant", variant.Variant), new("result", result));
}
