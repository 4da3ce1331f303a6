using System.Buffers;

namespace Lineup.Frontend.Classification;

/// <summary>
/// The bytes of one upload in a rented buffer. The buffer goes back to the pool only through <see cref="Return"/>, and that only once
/// nobody else can still read it: a silo may go on reading a request whose caller has stopped waiting. In doubt it is left to the
/// garbage collector. Disposing it, once, gives back its share of the memory that uploads may take.
/// </summary>
internal sealed class Upload(byte[] buffer, int length, UploadBudget budget) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes { get; } = buffer.AsMemory(0, length);

    public void Return() => ArrayPool<byte>.Shared.Return(buffer);

    public void Dispose() => budget.Release(buffer.Length);
}
