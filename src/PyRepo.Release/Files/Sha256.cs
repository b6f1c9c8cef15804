using System.Security.Cryptography;

namespace PyRepo.Release.Files;

/// <summary>SHA-256 as OCI and checksum files write it.</summary>
static class Sha256
{
    /// <summary>In lower-case hexadecimal.</summary>
    public static string Hex(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <inheritdoc cref="Hex"/>
    public static string HexOfFile(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
