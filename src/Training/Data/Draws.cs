namespace Lineup.Training.Data;

/// <summary>
/// Numbers drawn by chance that a seed fixes for all time: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014). <see cref="Random"/> will not do, since what a seed gives may change between versions of .NET. Every
/// picture of every epoch has draws of its own, so that it comes out the same whichever thread prepares it and in whatever order.
/// </summary>
internal struct Draws
{
    private ulong _state;

    public Draws(int seed, int epoch, int index)
    {
        // The parts are mixed in one after the other: neighbours must not begin with the same bits, or with each other's.
        _state = Mix((ulong)(uint)seed + 0x9E3779B97F4A7C15);
        _state = Mix(_state ^ (uint)epoch);
        _state = Mix(_state ^ (uint)index);
    }

    /// <summary>0 or more, less than <paramref name="count"/>; every one equally likely but for 1 part in 2^64 of bias.</summary>
    public int Below(int count) => (int)(((UInt128)Next() * (ulong)count) >> 64);

    /// <summary>0 or more, less than 1, in steps of 2^-53.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Between two numbers.</summary>
    public double Between(double low, double high) => low + ((high - low) * Fraction());

    public bool Coin() => Next() >> 63 != 0;

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Fraction())) * Math.Cos(2 * Math.PI * Fraction());

    /// <summary>0 to <paramref name="count"/> - 1 in an order of chance (Fisher and Yates).</summary>
    public int[] Shuffle(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = Below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
