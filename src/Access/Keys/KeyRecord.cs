namespace Lineup.Access.Keys;

/// <summary>What is kept of a key: everything but the key.</summary>
public sealed record KeyRecord
{
    /// <summary>The part of the key that is no secret, by which its record is found.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is, for people and the audit log.</summary>
    public required string Name { get; init; }

    public required KeyRole Role { get; init; }

    /// <summary>
    /// SHA-256 of the whole key as UTF-8, in lower-case hexadecimal. A plain hash is enough: a key has 256 random bits, which no amount
    /// of guessing finds, unlike a password.
    /// </summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Requests a second that it may send; null: what the server's settings say.</summary>
    public double? RequestsPerSecond { get; init; }
}
