using System.ComponentModel;
using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces.Variants;
using Lineup.Inference.Admission;
using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Classification;

/// <summary>What a caller may say about a classification in the query.</summary>
internal sealed class ClassifyParameters
{
    public const int MaxTop = 1000;

    [FromQuery(Name = "top")]
    [Description("Number of classes wanted, 1 to 1000. Default: 5.")]
    [DefaultValue(5)]
    public int? Top { get; init; }

    [FromQuery(Name = "deadlineMs")]
    [Description("Time in milliseconds within which the answer is worth having, counted from the end of the upload. Default: 10000.")]
    public int? DeadlineMs { get; init; }

    [FromQuery(Name = "priority")]
    [Description(
        "interactive (the default) or bulk. Bulk requests are served behind interactive ones, with a small share of the processor of their own, "
        + "and are turned away first: for work that nobody waits for. Retry it after Retry-After.")]
    [DefaultValue("interactive")]
    public string? Priority { get; init; }

    /// <exception cref="ProblemException">A value is out of range.</exception>
    public ClassifyWishes Check(AdmissionOptions admission) => new(CheckTop(), CheckBudget(admission), CheckPriority());

    private int CheckTop()
    {
        var top = Top ?? 5;
        if (top is < 1 or > MaxTop)
            throw new ProblemException(ApiProblem.BadRequest($"top must be 1 to {MaxTop}, not {top}."));
        return top;
    }

    private TimeSpan CheckBudget(AdmissionOptions admission)
    {
        if (DeadlineMs is not { } milliseconds)
            return admission.DefaultDeadline;
        if (milliseconds < 1 || milliseconds > admission.MaxDeadline.TotalMilliseconds)
            throw new ProblemException(ApiProblem.BadRequest($"deadlineMs must be 1 to {admission.MaxDeadline.TotalMilliseconds:0}, not {milliseconds}."));
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    private ClassifyPriority CheckPriority() => Priority?.ToLowerInvariant() switch
    {
        null or "interactive" => ClassifyPriority.Interactive,
        "bulk" => ClassifyPriority.Bulk,
        _ => throw new ProblemException(ApiProblem.BadRequest($"priority must be interactive or bulk, not '{Priority}'.")),
    };
}
