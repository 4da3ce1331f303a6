namespace Lineup.Inference.Serving;

/// <summary>
/// Input tensors of pictures under comparison, so that a silo decodes one only once for all variants of a model. Keeps the latest few;
/// losing one costs a second decoding, nothing else. Thread-safe.
/// </summary>
internal sealed class DecodedImageCache(int capacity = 16)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(Guid Id, float[] Tensor, TimeSpan Decode)> _entries = new();

    public bool TryCopy(Guid id, Span<float> tensor, out TimeSpan decode)
    {
        float[]? found = null;
        decode = TimeSpan.Zero;
        lock (_gate)
        {
            foreach (var entry in _entries)
            {
                if (entry.Id == id)
                    (found, decode) = (entry.Tensor, entry.Decode);
            }
        }

        if (found is null || found.Length != tensor.Length)
            return false;
        found.CopyTo(tensor);
        return true;
    }

    public void Add(Guid id, ReadOnlySpan<float> tensor, TimeSpan decode)
    {
        var copy = tensor.ToArray();
        lock (_gate)
        {
            _entries.AddFirst((id, copy, decode));
            if (_entries.Count > capacity)
                _entries.RemoveLast();
        }
    }
}
