using Lineup.GrainInterfaces;

namespace Lineup.Frontend.Drift;

/// <summary>One answer to hold against the original's.</summary>
/// <param name="Variant">Who answered.</param>
/// <param name="Best">Index of its best class.</param>
/// <param name="Image">The encoded picture, a copy of its own.</param>
internal sealed record DriftCheck(ModelVariantId Variant, int Best, ReadOnlyMemory<byte> Image);
