using System.Globalization;

namespace Lineup.Reports.Charts;

/// <summary>An axis of a chart: values to pixels, with ticks at round values.</summary>
/// <param name="From">Value at <paramref name="Start"/>.</param>
/// <param name="To">Value at <paramref name="End"/>.</param>
/// <param name="Start">Pixel of the axis' beginning.</param>
/// <param name="End">Pixel of its end; less than the start where values grow upwards.</param>
public sealed record ChartAxis(double From, double To, double Start, double End)
{
    /// <summary>How many ticks there should be, about.</summary>
    public int WantedTicks { get; init; } = 7;

    public double Pixel(double value) => Start + ((value - From) / (To - From) * (End - Start));

    /// <summary>Multiples of 1, 2 or 5 times a power of ten.</summary>
    public IReadOnlyList<double> Ticks()
    {
        var step = Step();
        var first = (long)Math.Ceiling(From / step);
        var last = (long)Math.Floor(To / step);
        var ticks = new List<double>();
        for (var i = first; i <= last; i++)
            ticks.Add(i * step);
        return ticks;
    }

    /// <summary>A tick with as many digits as tell it from its neighbours.</summary>
    public string Label(double tick)
    {
        var digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(Step()) - 1e-9), 0, 9);
        return tick.ToString($"F{digits}", CultureInfo.InvariantCulture);
    }

    private double Step()
    {
        var rough = (To - From) / WantedTicks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
