using System.Globalization;
using System.Net;

namespace Lineup.EndToEnd.Tests.Security;

/// <summary>What a process of this machine listens on, from Linux's /proc.</summary>
internal static class ListeningSockets
{
    private const string Listening = "0A";

    public static IReadOnlyList<IPEndPoint> Of(int process)
    {
        var own = Directory.GetFiles($"/proc/{process}/fd")
            .Select(path => new FileInfo(path).LinkTarget)
            .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) == true)
            .Select(target => target!["socket:[".Length..^1])
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. new[] { "tcp", "tcp6" }
                .SelectMany(table => File.ReadAllLines($"/proc/{process}/net/{table}").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == Listening && own.Contains(fields[9]))
                .Select(fields => Parse(fields[1])),
        ];
    }

    /// <summary>Words of 32 bits in the machine's byte order, in hexadecimal, and the port.</summary>
    private static IPEndPoint Parse(string local)
    {
        var (address, port) = (local[..local.IndexOf(':')], local[(local.IndexOf(':') + 1)..]);
        var bytes = Enumerable.Range(0, address.Length / 8)
            .SelectMany(word => BitConverter.GetBytes(uint.Parse(address.AsSpan(word * 8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)))
            .ToArray();
        return new(new IPAddress(bytes), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
