using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.FileNames;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// Half of the SHA-256 of what all spellings of a distribution's name have in common, in place of that text: nobody
/// finds two with the same.
/// </summary>
readonly record struct FileIdentity(UInt128 Hash)
{
    /// <summary>Returns the identity of a distribution.</summary>
    public static FileIdentity From(DistributionFileName name)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name.Identity), digest);
        return new(BinaryPrimitives.ReadUInt128BigEndian(digest));
    }
}
