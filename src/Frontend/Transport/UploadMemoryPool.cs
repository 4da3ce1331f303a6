using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;

namespace Lineup.Frontend.Transport;

/// <summary>
/// Memory for Kestrel's connections in blocks of 32 KiB instead of its own 4 KiB: a photograph of 100 KiB then arrives in a handful of
/// reads instead of twenty-five, each of which costs a system call and a turn of the pipeline (docs/measurements.md). Idle connections
/// hold none. Thread-safe.
/// </summary>
internal sealed class UploadMemoryPool : MemoryPool<byte>
{
    private const int BlockBytes = 32 * 1024;

    /// <summary>16 MiB stay in the pool at most; what load peaks need beyond that goes to the garbage collector afterwards.</summary>
    private const int KeptBlocks = 512;

    private readonly ConcurrentQueue<Block> _idle = new();
    private int _idleCount;

    /// <summary>The size asked for at most; Kestrel takes it as the least it can rely on and uses the whole block it gets.</summary>
    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!_idle.TryDequeue(out var block))
            return new Block(this);
        Interlocked.Decrement(ref _idleCount);
        block.IsRented = true;
        return block;
    }

    protected override void Dispose(bool disposing) => _idle.Clear();

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _idleCount) <= KeptBlocks)
            _idle.Enqueue(block);
        else
            Interlocked.Decrement(ref _idleCount);
    }

    /// <summary>Pinned for good: sockets read into it again and again.</summary>
    private sealed class Block(UploadMemoryPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public bool IsRented { get; set; } = true;

        public Memory<byte> Memory => _bytes;

        public void Dispose()
        {
            if (!IsRented)
                return;
            IsRented = false;
            pool.Return(this);
        }
    }

    /// <summary>Gives every listener a pool of its own.</summary>
    [SuppressMessage("Performance", "CA1812", Justification = "Made by the service container.")]
    internal sealed class Factory : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new UploadMemoryPool();
    }
}
