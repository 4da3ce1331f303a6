namespace Lineup.Training.Data;

/// <summary>Pictures and, where they are known, their classes.</summary>
public sealed record TrainingSet
{
    /// <summary>The pictures.</summary>
    public required PictureBank Pictures { get; init; }

    /// <summary>The class of each picture, counted from 0; null where they are not known.</summary>
    public IReadOnlyList<int>? Classes { get; init; }

    public int Count => Pictures.Count;
}
