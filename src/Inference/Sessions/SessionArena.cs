using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Inference.Sessions;

/// <summary>
/// What one session's memory arena holds, as ONNX Runtime itself counts it. The managed API does not offer the statistics, so they are
/// read through the C API. Not thread-safe against disposing.
/// </summary>
/// <remarks>
/// The arena holds the tensors between a run's operators, for as many runs as ever ran at once, and those weights that were repacked
/// at loading; the other weights lie outside of it.
/// </remarks>
internal sealed unsafe partial class SessionArena : IDisposable
{
    // ONNX Runtime only ever appends to this table, so that places in it do not change (onnxruntime_c_api.h, struct OrtApi).
    private const uint ApiVersion = 23;
    private const int ReleaseStatus = 93;
    private const int GetKeyValue = 297;
    private const int ReleaseKeyValuePairs = 300;
    private const int AllocatorGetStats = 319;

    private static readonly void** Api = FindApi();

    private readonly OrtAllocator _allocator;

    public SessionArena(InferenceSession session) => _allocator = new(session, OrtMemoryInfo.DefaultInstance);

    /// <summary>Bytes the arena has taken from the system; null where this ONNX Runtime does not say.</summary>
    public long? TotalBytes()
    {
        if (Api is null)
            return null;
        void* statistics;
        var status = ((delegate* unmanaged<nint, void**, void*>)Api[AllocatorGetStats])(_allocator.DangerousGetHandle(), &statistics);
        if (status is not null)
        {
            ((delegate* unmanaged<void*, void>)Api[ReleaseStatus])(status);
            return null;
        }

        try
        {
            fixed (byte* key = "TotalAllocated\0"u8)
            {
                var text = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<void*, byte*, byte*>)Api[GetKeyValue])(statistics, key));
                return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
            }
        }
        finally
        {
            ((delegate* unmanaged<void*, void>)Api[ReleaseKeyValuePairs])(statistics);
        }
    }

    public void Dispose() => _allocator.Dispose();

    private static void** FindApi()
    {
        var getApi = (delegate* unmanaged<uint, void**>)((void**)OrtGetApiBase())[0];
        return getApi(ApiVersion);
    }

    [LibraryImport("onnxruntime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nint OrtGetApiBase();
}
