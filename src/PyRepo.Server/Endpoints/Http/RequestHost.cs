using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The host that a request names, with which absolute links begin. Whoever sends it chooses it.</summary>
static class RequestHost
{
    const int MaxLabelLength = 63;

    static readonly SearchValues<char> _inName =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>Rejects a request that names what can be no host. One of HTTP/1.0 need not name any.</summary>
    /// <param name="host">The header as it came: <see cref="HttpRequest.Host"/> throws for some.</param>
    /// <exception cref="RejectedException">400.</exception>
    public static void Require(string? host)
    {
        if (!IsValid(host))
            throw new RejectedException(
                RejectionReason.Invalid, "The request names no valid host: a name or an address, and a port.");
    }

    /// <summary>Returns whether a request names a host or, as one of HTTP/1.0 may, none.</summary>
    public static bool IsValid(string? host) => string.IsNullOrEmpty(host) || IsHost(host);

    /// <summary>
    /// Returns whether a text is a host as a URL has it
    /// (<see href="https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2">RFC 3986, section 3.2.2</see>), with or without
    /// a port. An underscore is in no name of the DNS, but in those of containers.
    /// </summary>
    internal static bool IsHost(string text)
    {
        if (text.Length is 0 or > ServerLimits.MaxHostLength)
            return false;
        var host = text.AsSpan();
        var end = host[0] == '[' ? host.IndexOf(']') + 1 : host.IndexOf(':');
        var name = end > 0 ? host[..end] : host;
        var port = host[name.Length..];
        return (port.IsEmpty || (port[0] == ':' && ushort.TryParse(port[1..], out _)))
            && (name[0] == '[' ? IsIPv6(name) : IsName(name))
            && IsReadable(text);
    }

    /// <summary>
    /// Whether what reads and writes hosts for ASP.NET Core can: it throws where the punycode after xn-- is none.
    /// </summary>
    static bool IsReadable(string text)
    {
        try
        {
            HostString.FromUriComponent(text).ToUriComponent();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    static bool IsIPv6(ReadOnlySpan<char> name) => name is ['[', .. var address, ']']
        && IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily is AddressFamily.InterNetworkV6;

    static bool IsName(ReadOnlySpan<char> name)
    {
        var rest = name[^1] == '.' ? name[..^1] : name;
        foreach (var label in rest.Split('.'))
        {
            if (rest[label] is not { Length: > 0 and <= MaxLabelLength } text || text.ContainsAnyExcept(_inName))
                return false;
        }
        return true;
    }
}
