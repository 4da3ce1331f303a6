using System.ComponentModel;
using Lineup.Frontend.Errors;
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

    /// <exception cref="ProblemException">A value is out of range.</exception>
    public (int Top, TimeSpan Budget) Check(AdmissionOptions admission)
    {
        var top = Top ?? 5;
        if (top is < 1 or > MaxTop)
            throw new ProblemException(ApiProblem.BadRequest($"top must be 1 to {MaxTop}, not {top}."));
        if (DeadlineMs is not { } milliseconds)
            return (top, admission.DefaultDeadline);
        if (milliseconds < 1 || milliseconds > admission.MaxDeadline.TotalMilliseconds)
            throw new ProblemException(ApiProblem.BadRequest($"deadlineMs must be 1 to {admission.MaxDeadline.TotalMilliseconds:0}, not {milliseconds}."));
        return (top, TimeSpan.FromMilliseconds(milliseconds));
    }
}
