namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>Times of a load generator in seconds, each list in order.</summary>
/// <param name="Seen">From sending the request to having the answer, by the caller's own clock.</param>
/// <param name="Said">The same answers by their own word, end to end on the frontend.</param>
/// <param name="Transport">Requests that take no work, sent in between, by the caller's own clock.</param>
internal sealed record LoadTimes(List<double> Seen, List<double> Said, List<double> Transport)
{
    /// <summary>The smallest time that this share of the times does not exceed.</summary>
    public static double Quantile(List<double> ordered, double share) => ordered[(int)Math.Ceiling(share * ordered.Count) - 1];
}
