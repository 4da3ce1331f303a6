using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lineup.Training.Steps;

/// <summary>Makes the native tensors that steps are bound to.</summary>
internal static class OrtTensors
{
    /// <summary>A float32 tensor of zeros.</summary>
    public static OrtValue Allocate(long[] dims)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, dims);
        value.GetTensorMutableDataAsSpan<float>().Clear();
        return value;
    }
}
