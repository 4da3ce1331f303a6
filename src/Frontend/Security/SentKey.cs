using System.Text;

namespace Lineup.Frontend.Security;

/// <summary>The key that a request carries: X-Api-Key, Authorization: Bearer, or a browser's password.</summary>
internal static class SentKey
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <summary>Null if there is none.</summary>
    public static string? Read(IHeaderDictionary headers, bool inBrowser)
    {
        string? sent = headers["X-Api-Key"];
        string? authorization = headers.Authorization;
        if (sent is null && authorization?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true)
            sent = authorization[Bearer.Length..].Trim();
        if (sent is null && inBrowser && authorization?.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) == true)
            sent = Password(authorization[Basic.Length..]);
        return sent;
    }

    /// <summary>What follows the colon; null if that is not what it says.</summary>
    private static string? Password(string credentials)
    {
        var bytes = new byte[credentials.Length];
        return Convert.TryFromBase64String(credentials.Trim(), bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length) is var text && text.Contains(':')
            ? text[(text.IndexOf(':') + 1)..]
            : null;
    }
}
