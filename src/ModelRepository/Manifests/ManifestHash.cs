namespace Lineup.ModelRepository.Manifests;

/// <summary>The one way a SHA-256 is written down: 64 lower-case hexadecimal digits.</summary>
internal static class ManifestHash
{
    public static bool IsValid(string? sha256) => sha256 is { Length: 64 } && sha256.All(char.IsAsciiHexDigitLower);

    public static string Format(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash);
}
