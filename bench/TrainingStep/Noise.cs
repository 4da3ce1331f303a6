using Lineup.Training.Steps;

namespace Lineup.TrainingStep;

/// <summary>Pictures for measurements.</summary>
internal static class Noise
{
    /// <summary>Seeded numbers from -2 to 2, about what normalised pictures hold.</summary>
    public static float[] Create(long count)
    {
        var random = new Random(1);
        var numbers = new float[count];
        foreach (ref var number in numbers.AsSpan())
            number = (float)((random.NextDouble() * 4) - 2);
        return numbers;
    }

    /// <summary>Fills pictures and targets of the next step; every class in turn.</summary>
    public static void Fill(TrainingSession session, int classes)
    {
        Create(session.Images.Length).CopyTo(session.Images);
        session.Targets.Clear();
        for (var row = 0; row * classes < session.Targets.Length; row++)
            session.Targets[(row * classes) + (row % classes)] = 1;
    }
}
