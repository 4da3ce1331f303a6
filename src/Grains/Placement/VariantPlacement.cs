using Orleans.Placement;
using Orleans.Runtime;

namespace Lineup.Grains.Placement;

/// <summary>Replicas of variants go where <see cref="SiloChooser"/> says.</summary>
[GenerateSerializer, Immutable, Alias("lineup.VariantPlacement")]
internal sealed class VariantPlacement : PlacementStrategy;

/// <summary>Marks the grain whose activations are placed by <see cref="VariantPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class VariantPlacementAttribute() : PlacementAttribute(new VariantPlacement());
