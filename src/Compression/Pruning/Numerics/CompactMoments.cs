namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// Moments in a quarter of their memory, for keeping those of all layers at once: half of the symmetric matrix, in single precision, whose
/// rounding is a millionth of what damping adds.
/// </summary>
internal sealed class CompactMoments
{
    private readonly Moments _rest;
    private readonly float[] _h;
    private readonly float[] _b;

    public CompactMoments(Moments moments)
    {
        var n = moments.Inputs;
        _h = new float[n * (n + 1L) / 2];
        var place = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = i; j < n; j++)
                _h[place++] = (float)moments.H[(i * n) + j];
        }

        _b = Array.ConvertAll(moments.B, value => (float)value);
        _rest = moments with { H = [], B = [] };
    }

    public long Samples => _rest.Samples;

    public Moments Expand()
    {
        var n = _rest.Inputs;
        var h = new double[n * n];
        var place = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = i; j < n; j++)
                h[(i * n) + j] = h[(j * n) + i] = _h[place++];
        }

        return _rest with { H = h, B = Array.ConvertAll(_b, value => (double)value) };
    }
}
