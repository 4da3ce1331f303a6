using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Security;

/// <summary>Where a request comes from, behind proxies that are trusted to say so.</summary>
internal sealed class CallerAddress(IOptions<OperatorOptions> options)
{
    private readonly IPNetwork[] _proxies = [.. options.Value.TrustedProxies.Select(Parse)];

    /// <summary>The nearest address that is no trusted proxy. What stands further left in X-Forwarded-For anybody may have written.</summary>
    public IPAddress? Of(HttpContext context)
    {
        var address = Plain(context.Connection.RemoteIpAddress);
        if (_proxies.Length == 0)
            return address;
        var hops = string.Join(',', context.Request.Headers["X-Forwarded-For"].ToArray()).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = hops.Length - 1; i >= 0 && address is not null && IsProxy(address) && IPEndPoint.TryParse(hops[i], out var hop); i--)
            address = Plain(hop.Address);
        return address;
    }

    /// <summary>What counts as one caller: an IPv4 address, or the 64 bits of an IPv6 network, within which anybody has addresses without end.</summary>
    public string Network(HttpContext context)
    {
        var address = Of(context);
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 } || IPAddress.IsLoopback(address))
            return address?.ToString() ?? "unknown";
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    private static IPNetwork Parse(string network) => IPNetwork.TryParse(network, out var parsed)
        ? parsed
        : IPAddress.Parse(network) is var address ? new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) : default;

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private bool IsProxy(IPAddress address) => _proxies.Any(network => network.Contains(address));
}
