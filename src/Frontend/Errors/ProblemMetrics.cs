using System.Diagnostics.Metrics;

namespace Lineup.Frontend.Errors;

/// <summary>Problems that the frontend has answered with, whether or not a variant had a part in them.</summary>
internal sealed class ProblemMetrics
{
    private readonly Counter<long> _problems;

    public ProblemMetrics(IMeterFactory meters) => _problems = meters.Create(FrontendMeter.Name).CreateCounter<long>(
        "lineup.problems", "{answer}", "Answers that were problems, by their code.");

    /// <param name="code">A code of <see cref="ApiProblem"/>, of which there are few.</param>
    public void Answered(string code) => _problems.Add(1, new KeyValuePair<string, object?>("code", code));
}
