using System.Globalization;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>An answer as it came over the wire.</summary>
public sealed record RawResponse(int Status, string Reason, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>What Content-Length says.</summary>
    public long Length =>
        Headers.TryGetValue("Content-Length", out var length) ? long.Parse(length, CultureInfo.InvariantCulture) : 0;

    /// <summary>Reads a head.</summary>
    public static RawResponse Parse(string head)
    {
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var status = lines[0].Split(' ', 3);
        return new RawResponse(
            int.Parse(status[1], CultureInfo.InvariantCulture), status.Length > 2 ? status[2] : "",
            lines.Skip(1).Select(line => line.Split(": ", 2))
                .ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase));
    }
}
