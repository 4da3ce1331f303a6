using System.Runtime.InteropServices;

namespace Lineup.Inference.Imaging;

/// <summary>A growing piece of native memory, aligned for SIMD. One owner, one thread at a time.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint Alignment = 64;
    private void* _memory;
    private nuint _capacity;

    public nint Capacity => (nint)_capacity;

    /// <summary>At least the given number of bytes; what was in the buffer before is lost.</summary>
    public byte* Ensure(long bytes)
    {
        if ((nuint)bytes > _capacity)
        {
            Free();
            _memory = NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
            _capacity = (nuint)bytes;
        }

        return (byte*)_memory;
    }

    public void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _capacity = 0;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~NativeBuffer() => Free();
}
