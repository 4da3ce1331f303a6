namespace Lineup.ModelRepository.Pulling;

/// <summary>What a pull is doing.</summary>
public enum PullStage
{
    /// <summary>Waiting for the server to answer, or to be asked again.</summary>
    Connecting,

    /// <summary>Bytes arrive.</summary>
    Downloading,

    /// <summary>A file that is already here is being hashed.</summary>
    Verifying,

    /// <summary>The model is put together and takes its name.</summary>
    Installing,
}

/// <summary>How far a pull is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="BytesDone">Bytes of the file dealt with in this stage, those of an earlier pull included.</param>
/// <param name="BytesTotal">Size in bytes of the file at hand: the ONNX file, or the packed one that it comes in.</param>
/// <param name="Attempt">1 for the first connection, counting up with every new one.</param>
/// <param name="Note">Why it is connecting again, in one line; null where there is nothing to say.</param>
public readonly record struct PullProgress(PullStage Stage, long BytesDone, long BytesTotal, int Attempt, string? Note = null);
