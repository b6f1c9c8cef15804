using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>Makes a short name of a source for a key, which tells nothing about it.</summary>
static class SourceFingerprint
{
    /// <summary>Returns 32 lowercase hexadecimal digits.</summary>
    public static string Compute(string source) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 16));
}
