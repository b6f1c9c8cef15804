using System.Text;

namespace PyRepo.Operator.Management;

/// <summary>The part of a request's head that matters here.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, without the query.</param>
/// <param name="IsLast">Whether the connection ends with it: its client wants that, or what follows is a body.</param>
readonly record struct RequestHead(string Method, string Path, bool IsLast)
{
    /// <summary>Reads a head without the empty line that ends it; null where it is none.</summary>
    public static RequestHead? Read(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        if (lines[0].Split(' ') is not [{ Length: > 0 } method, ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"])
            return null;
        var isLast = lines[0].EndsWith("HTTP/1.0", StringComparison.Ordinal) || lines.Skip(1).Any(EndsConnection);
        return new(method, target.Split('?')[0], isLast);
    }

    static bool EndsConnection(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return true;
        var value = line[(colon + 1)..].Trim();
        return line[..colon].ToUpperInvariant() switch
        {
            "CONNECTION" => value.Contains("close", StringComparison.OrdinalIgnoreCase),
            "CONTENT-LENGTH" => value != "0",
            "TRANSFER-ENCODING" or "UPGRADE" => true,
            _ => false,
        };
    }
}
