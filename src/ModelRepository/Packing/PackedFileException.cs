namespace Lineup.ModelRepository.Packing;

/// <summary>A packed file that cannot be unpacked. The message says what is wrong with it and is fit to be shown to a user.</summary>
public sealed class PackedFileException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static PackedFileException CutOff() => new("the packed file ends before its content does");

    internal static PackedFileException Damaged(string what) => new($"the packed file is damaged ({what})");
}
