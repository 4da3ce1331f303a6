using Lineup.Inference.Admission;
using Lineup.Inference.Lanes;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Logging;

namespace Lineup.Inference.Serving;

/// <summary>What all variants of a silo share.</summary>
internal sealed record ServingRuntime(
    ModelStore Store,
    LaneScheduler Lanes,
    VariantLoader Loader,
    DecodedImageCache Decoded,
    WaitingBytes WaitingForLoads,
    AdmissionOptions Admission,
    ServingOptions Serving,
    InferenceMetrics Metrics,
    TimeProvider Clock,
    ILogger Log,
    CancellationToken Stopping);
