namespace Lineup.Compression.Onnx.Passes;

/// <summary>What a pass did.</summary>
/// <param name="Pass">Its name.</param>
/// <param name="Done">Each change in words.</param>
/// <param name="LeftAlone">Each place where it might have done something and did not, with the reason.</param>
public sealed record PassResult(string Pass, IReadOnlyList<string> Done, IReadOnlyList<string> LeftAlone)
{
    public bool Changed => Done.Count > 0;
}
