using System.Security.Cryptography;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A file that pages load. Its path changes with its content, so that browsers may keep it for good.</summary>
sealed class PageAsset
{
    PageAsset(string name, string contentType, byte[] bytes)
    {
        (ContentType, Bytes) = (contentType, bytes);
        Path = $"+assets/{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}/{name}";
    }

    /// <summary>The media type.</summary>
    public string ContentType { get; }

    /// <summary>The content.</summary>
    public byte[] Bytes { get; }

    /// <summary>The path below a repository's base path.</summary>
    public string Path { get; }

    /// <summary>Reads a file from the program itself.</summary>
    public static PageAsset Read(string name, string contentType)
    {
        using var stream = typeof(PageAsset).Assembly.GetManifestResourceStream($"Web/Assets/{name}")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new PageAsset(name, contentType, content.ToArray());
    }
}
