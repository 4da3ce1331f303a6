namespace Lineup.Inference.Serving;

/// <summary>Encoded bytes of pictures that wait for variants to load; those that wait for lanes are counted there. Thread-safe.</summary>
internal sealed class WaitingBytes
{
    private long _bytes;

    public bool TryAdd(int bytes, long limit)
    {
        // One picture always fits, whatever its size.
        var total = Interlocked.Add(ref _bytes, bytes);
        if (total <= limit || total == bytes)
            return true;
        Remove(bytes);
        return false;
    }

    public void Remove(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
