namespace Lineup.Compression.Onnx;

/// <summary>A sound model with something in it that Lineup does not work on. The message names the place and is fit for a user.</summary>
public sealed class UnsupportedModelException : Exception
{
    public UnsupportedModelException(string message)
        : base(message)
    {
    }

    public UnsupportedModelException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
