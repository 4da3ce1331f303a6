namespace Lineup.ModelRepository.Pulling;

/// <summary>The ways in which a pull can fail.</summary>
public enum PullError
{
    /// <summary>It did not fail.</summary>
    None,

    /// <summary>The catalog has no such model.</summary>
    UnknownModel,

    /// <summary>The catalog could be read but not used.</summary>
    CatalogInvalid,

    /// <summary>The server or this machine has no such file.</summary>
    NotFound,

    /// <summary>The file may not be read, or the server wants credentials.</summary>
    AccessDenied,

    /// <summary>No connection to the server: no network, unknown host name, refused, or no trusted certificate.</summary>
    Unreachable,

    /// <summary>The server stopped sending.</summary>
    TimedOut,

    /// <summary>The connection broke again and again.</summary>
    ConnectionLost,

    /// <summary>The server answered with an error or with something that is not the file.</summary>
    ServerFailed,

    /// <summary>The bytes are not the ones that the catalog promises.</summary>
    HashMismatch,

    /// <summary>There are more or fewer bytes than the catalog promises.</summary>
    SizeMismatch,

    /// <summary>The labels file cannot be understood.</summary>
    InvalidLabels,

    /// <summary>The disk is full, or would be.</summary>
    DiskFull,

    /// <summary>The repository cannot be written to.</summary>
    NotWritable,

    /// <summary>Another pull of the same model is under way.</summary>
    Busy,

    /// <summary>The repository holds another file under this name, and replacing it was not asked for.</summary>
    Conflict,
}
