using Lineup.GrainInterfaces.Variants;
using Lineup.Inference.Lanes;

namespace Lineup.Frontend.Classification;

/// <summary>What a caller wants of a classification besides the picture.</summary>
/// <param name="Top">Number of classes, at least 1.</param>
/// <param name="Budget">Time within which the answer is worth having.</param>
/// <param name="Priority">How urgent it is.</param>
internal sealed record ClassifyWishes(int Top, TimeSpan Budget, ClassifyPriority Priority)
{
    public LanePriority LanePriority => Priority == ClassifyPriority.Bulk ? LanePriority.Bulk : LanePriority.Interactive;
}
