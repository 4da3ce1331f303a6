namespace Lineup.Compression.Calibration;

/// <summary>
/// Counts values in equal bins over a symmetric range that doubles as larger values come, two bins becoming one. Counts are integers
/// and bins stay aligned, so the result does not depend on the order of values. Not thread-safe.
/// </summary>
internal sealed class ValueHistogram
{
    /// <summary>Bins on each side of zero.</summary>
    private const int Half = 2048;

    private long[] _counts = new long[2 * Half];
    private float _limit = 1 / 64f;
    private long _total;

    public void Add(ReadOnlySpan<float> values, float largestMagnitude)
    {
        GrowTo(largestMagnitude);
        var scale = Half / _limit;
        foreach (var value in values)
            _counts[Bin(value, scale)]++;
        _total += values.Length;
    }

    public void Add(ValueHistogram other)
    {
        if (other._limit > _limit)
            GrowTo(other._limit * 0.999f);
        else if (other._limit < _limit)
            other.GrowTo(_limit * 0.999f);
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _total += other._total;
    }

    /// <summary>
    /// The range that leaves a share of <c>1 - kept</c> of all values out at either end. Edges of bins, so never narrower than asked.
    /// </summary>
    public (float Low, float High) Range(double kept)
    {
        var spare = (long)Math.Floor((1 - kept) * _total);
        var (low, high) = (0, _counts.Length - 1);
        for (long seen = _counts[low]; seen <= spare && low < high; seen += _counts[low])
            low++;
        for (long seen = _counts[high]; seen <= spare && high > low; seen += _counts[high])
            high--;
        var width = _limit / Half;
        return ((low - Half) * width, (high + 1 - Half) * width);
    }

    private static int Bin(float value, float scale) => Math.Clamp((int)MathF.Floor(value * scale) + Half, 0, (2 * Half) - 1);

    private void GrowTo(float magnitude)
    {
        while (magnitude >= _limit)
        {
            var wider = new long[_counts.Length];
            for (var i = 0; i < _counts.Length; i++)
                wider[(i >> 1) + (Half / 2)] += _counts[i];
            (_counts, _limit) = (wider, _limit * 2);
        }
    }
}
