namespace Lineup.Inference.Sessions;

/// <summary>A model file that cannot be served. The message says why and what to try, and is fit to be shown to a user.</summary>
public sealed class ModelLoadException : Exception
{
    public ModelLoadException(string message)
        : base(message)
    {
    }

    public ModelLoadException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
