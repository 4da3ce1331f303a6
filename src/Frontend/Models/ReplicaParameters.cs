using System.ComponentModel;
using System.Globalization;
using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces;
using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Models;

/// <summary>What an operator may say about a variant's replicas in the query.</summary>
internal sealed class ReplicaParameters
{
    [FromQuery(Name = "count")]
    [Description("How many there should be, 1 to 9999, or auto to leave it to the load. There are never more than silos that can take one.")]
    public string? Count { get; init; }

    /// <summary>The number; null for auto.</summary>
    /// <exception cref="ProblemException">It is neither.</exception>
    public int? Check() => Count switch
    {
        "auto" => null,
        _ when int.TryParse(Count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= VariantReplicaId.MaxNumber => number,
        _ => throw new ProblemException(ApiProblem.BadRequest(
            $"count must be 1 to {VariantReplicaId.MaxNumber}, or auto; {(Count is null ? "it is missing" : $"it is '{Count}'")}.")),
    };
}
