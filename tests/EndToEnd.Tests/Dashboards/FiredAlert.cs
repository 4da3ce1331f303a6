namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>An alert that fires or has fired.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Subject">The variant (model/variant) or else the process (host:port) that it names; empty if it names neither.</param>
internal sealed record FiredAlert(string Name, string Subject)
{
    public static FiredAlert Of(Dictionary<string, string> labels) => new(
        labels["alertname"],
        labels.TryGetValue("variant", out var variant) ? $"{labels["model"]}/{variant}" : labels.GetValueOrDefault("instance", ""));
}
