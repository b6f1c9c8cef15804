using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// A digest of named contents, regardless of their order. A server reports the digest of its configuration, so that
/// the operator can tell whether it is up to date.
/// </summary>
public static class ContentHash
{
    /// <summary>Returns 64 hexadecimal digits. Equal digests mean equal names and contents.</summary>
    public static string Compute(IEnumerable<(string Name, byte[] Content)> parts)
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
