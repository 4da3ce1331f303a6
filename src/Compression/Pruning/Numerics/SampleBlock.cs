namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// Samples of a few variables, laid out for <see cref="MomentAccumulator"/>: variables in panels of <see cref="PanelWidth"/>, and within
/// a panel one sample after the other. Reused between blocks; variables beyond the last are zero.
/// </summary>
internal sealed class SampleBlock(int variables)
{
    public const int PanelWidth = 32;

    private float[] _values = [];

    public int Variables { get; } = variables;

    public int Panels { get; } = (variables + PanelWidth - 1) / PanelWidth;

    public int Samples { get; private set; }

    public void Resize(int samples)
    {
        Samples = samples;
        var length = Panels * samples * PanelWidth;
        if (_values.Length < length)
            _values = new float[length];
        else
            _values.AsSpan(0, length).Clear();
    }

    /// <summary>samples x <see cref="PanelWidth"/> values.</summary>
    public Span<float> Panel(int panel) => _values.AsSpan(panel * Samples * PanelWidth, Samples * PanelWidth);

    public float this[int sample, int variable]
    {
        get => Panel(variable / PanelWidth)[(sample * PanelWidth) + (variable % PanelWidth)];
        set => Panel(variable / PanelWidth)[(sample * PanelWidth) + (variable % PanelWidth)] = value;
    }
}
