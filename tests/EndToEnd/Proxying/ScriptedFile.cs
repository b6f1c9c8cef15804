using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd.Proxying;

/// <summary>A file that an upstream lists; whatever is not said is true of its bytes.</summary>
public sealed record ScriptedFile(string FileName, byte[] Bytes)
{
    /// <summary>A wheel's.</summary>
    public ScriptedFile(TestWheel wheel)
        : this(wheel.FileName, wheel.Bytes)
    {
    }

    /// <summary>As the page links it.</summary>
    public string Url { get; init; } = $"../../files/{FileName}";

    /// <summary>The digests that the page gives.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; init; } = new Dictionary<string, string>
    {
        ["sha256"] = GetSha256(Bytes),
    };

    /// <summary>The size that the page gives; null: none.</summary>
    public long? Size { get; init; } = Bytes.Length;

    /// <summary>When it was uploaded; null: the page does not tell.</summary>
    public string? UploadTime { get; init; } = "2024-01-02T03:04:05.678901Z";

    /// <summary>Its requires-python.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>The SHA-256 of its core metadata; null: they are not offered.</summary>
    public string? CoreMetadata { get; init; }

    /// <summary>Whether, and why, it is yanked.</summary>
    public string? Yanked { get; init; }

    /// <summary>A small wheel's.</summary>
    public static ScriptedFile Wheel(string project, string version, int payload = 100, int seed = 0) =>
        new(TestWheel.Create(project, version, payload, seed));

    /// <summary>A SHA-256 in hexadecimal.</summary>
    public static string GetSha256(byte[] bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    /// <summary>Its entry on a JSON page.</summary>
    public JsonObject ToJson()
    {
        var file = new JsonObject
        {
            ["filename"] = FileName,
            ["url"] = Url,
            ["hashes"] = new JsonObject(Hashes.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))),
            ["yanked"] = Yanked is null ? false : Yanked,
        };
        if (Size is { } size)
            file["size"] = size;
        if (UploadTime is not null)
            file["upload-time"] = UploadTime;
        if (RequiresPython is not null)
            file["requires-python"] = RequiresPython;
        if (CoreMetadata is not null)
            file["core-metadata"] = new JsonObject { ["sha256"] = CoreMetadata };
        return file;
    }

    /// <summary>Its link on an HTML page.</summary>
    public string ToHtml()
    {
        var fragment = Hashes.Select(h => $"#{h.Key}={h.Value}").FirstOrDefault();
        var link = new StringBuilder($"<a href=\"{WebUtility.HtmlEncode(Url + fragment)}\"");
        if (RequiresPython is not null)
            link.Append($" data-requires-python=\"{WebUtility.HtmlEncode(RequiresPython)}\"");
        if (Yanked is not null)
            link.Append($" data-yanked=\"{WebUtility.HtmlEncode(Yanked)}\"");
        return link.Append($">{WebUtility.HtmlEncode(FileName)}</a><br>\n").ToString();
    }
}
