using System.Text.Json;

namespace Lineup.Failures.Calls;

/// <summary>The classes that an answer names, best first, and the silo that gave it.</summary>
internal sealed record Answer(IReadOnlyList<(int Index, double Probability)> Classes, string Silo)
{
    /// <summary>Other processors, and variants loaded anew, may differ in the last bits; another picture's answer differs by far more.</summary>
    public const double Tolerance = 1e-3;

    public static Answer Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var classes = document.RootElement.GetProperty("predictions").EnumerateArray()
            .Select(prediction => (prediction.GetProperty("index").GetInt32(), prediction.GetProperty("probability").GetDouble()));
        return new([.. classes], document.RootElement.GetProperty("silo").GetString()!);
    }

    /// <summary>Whether both say the same: the same probabilities in turn, of the same classes where these are not as good as equal.</summary>
    public bool Says(Answer other)
    {
        if (Classes.Count != other.Classes.Count)
            return false;
        for (var rank = 0; rank < Classes.Count; rank++)
        {
            var (mine, theirs) = (Classes[rank], other.Classes[rank]);
            if (Math.Abs(mine.Probability - theirs.Probability) > Tolerance)
                return false;
            var isTied = other.Classes.Any(one => one.Index == mine.Index && Math.Abs(one.Probability - theirs.Probability) <= Tolerance)
                || mine.Probability <= Tolerance;
            if (mine.Index != theirs.Index && !isTied)
                return false;
        }

        return true;
    }
}
