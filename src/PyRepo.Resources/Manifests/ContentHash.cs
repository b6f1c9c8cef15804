using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// A digest of named contents, whatever their order: by it a server says which configuration is in force, and the
/// operator knows whether that is the newest.
/// </summary>
public static class ContentHash
{
    /// <summary>64 hexadecimal digits; equal ones mean equal names and contents.</summary>
    public static string Of(IEnumerable<(string Name, byte[] Content)> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in parts.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            hash.AppendData(SHA256.HashData(content));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
