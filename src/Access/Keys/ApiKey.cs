using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Lineup.Access.Keys;

/// <summary>
/// A key as its owner holds it: <c>lineup_&lt;id&gt;_&lt;secret&gt;</c>, an id of 10 characters and a secret of 32 random bytes. The
/// prefix lets scanners for leaked secrets find it.
/// </summary>
public static class ApiKey
{
    private const string Prefix = "lineup_";
    private const string IdAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int IdLength = 10;
    private const int SecretBytes = 32;

    /// <summary>Draws a new key. It is nowhere but in the result.</summary>
    public static (string Key, string Id) Create()
    {
        var id = RandomNumberGenerator.GetString(IdAlphabet, IdLength);
        return ($"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}", id);
    }

    /// <summary>The id in what a caller sent; false if it is no key of this kind.</summary>
    public static bool TryGetId(string key, [NotNullWhen(true)] out string? id)
    {
        var isOne = key.StartsWith(Prefix, StringComparison.Ordinal) && key.Length > Prefix.Length + IdLength && key[Prefix.Length + IdLength] == '_';
        id = isOne ? key.Substring(Prefix.Length, IdLength) : null;
        return isOne;
    }

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
