namespace Lineup.Compression.Onnx;

/// <summary>A file or a graph that is not a sound ONNX model. The message names the place and is fit for a user.</summary>
public sealed class InvalidModelException : Exception
{
    public InvalidModelException(string message)
        : base(message)
    {
    }

    public InvalidModelException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
