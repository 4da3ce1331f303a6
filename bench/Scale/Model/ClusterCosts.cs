using System.Text.Json;

namespace Lineup.Scale.Model;

/// <summary>What things cost, as <c>measure</c> finds it on one machine. Times are processor time.</summary>
internal sealed record ClusterCosts
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A frontend's time for a picture, from the upload to the answer, in microseconds.</summary>
    public required double FrontendPerPicture { get; init; }

    /// <summary>
    /// What a silo spends on a picture that is not for it, in microseconds: a client's gateway is one silo, the variant's owner most often
    /// another.
    /// </summary>
    public required double ForwardPerPicture { get; init; }

    /// <summary>A silo's time for sending or answering one probe, with all that goes with it, in microseconds.</summary>
    public required double Probe { get; init; }

    /// <summary>Redis' time for reading the table of members, in microseconds: what is the same for any table.</summary>
    public required double TableRead { get; init; }

    /// <summary>Redis' time for each member in it, in microseconds.</summary>
    public required double TableReadPerSilo { get; init; }

    /// <summary>The reader's own time for each member in it, in microseconds.</summary>
    public required double TableParsePerSilo { get; init; }

    /// <summary>Bytes of each member in the table.</summary>
    public required double TableBytesPerSilo { get; init; }

    /// <summary>Writing one silo's part of the table of loads into a message, in microseconds.</summary>
    public required double LoadWritePerSilo { get; init; }

    /// <summary>Reading it out of a message, in microseconds.</summary>
    public required double LoadReadPerSilo { get; init; }

    /// <summary>Bytes of one silo in the table of loads.</summary>
    public required double LoadBytesPerSilo { get; init; }

    public static ClusterCosts Read(string path)
    {
        using var stream = File.OpenRead(path);
        return JsonSerializer.Deserialize<ClusterCosts>(stream, Json) ?? throw new InvalidDataException($"{path} holds no costs.");
    }

    public string Write() => JsonSerializer.Serialize(this, Json) + "\n";
}
