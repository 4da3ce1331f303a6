using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Errors;

/// <summary>Ends a request with a problem, from wherever it was found.</summary>
internal sealed class ProblemException(ProblemDetails problem, Exception? inner = null) : Exception(problem.Detail, inner)
{
    public ProblemDetails Problem => problem;
}
