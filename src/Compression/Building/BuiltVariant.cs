using Lineup.Compression.Answers;
using Lineup.Compression.Pictures;

namespace Lineup.Compression.Building;

/// <summary>A variant that was made.</summary>
public sealed record BuiltVariant
{
    public required string Name { get; init; }

    /// <summary>What was done, in order, with the choices made.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>Everything that was decided, tensor by tensor and node by node, for people to read.</summary>
    public required IReadOnlyList<string> Plan { get; init; }

    /// <summary>Size of the ONNX file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Size of the file after deflate.</summary>
    public required long CompressedBytes { get; init; }

    /// <summary>Size of the file packed for transport.</summary>
    public required long PackedBytes { get; init; }

    /// <summary>How it differs from its parent on pictures it was not made with; null where there were no pictures.</summary>
    public required Divergence? HeldOut { get; init; }

    /// <summary>Why it should not have been kept; null if it passed its verification.</summary>
    public string? Complaint { get; init; }

    /// <summary>Pictures of the calibration set that could not be read and were left out.</summary>
    public IReadOnlyList<UnreadablePicture> Unreadable { get; init; } = [];

    /// <summary>Time it took to make and verify.</summary>
    public required TimeSpan Elapsed { get; init; }
}
