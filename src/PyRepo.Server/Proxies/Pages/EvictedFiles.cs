using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// The files that a page had before it was evicted, as fingerprints: nobody can make another file with one of them.
/// </summary>
/// <remarks>
/// Each file takes 16 bytes of the SHA-256 of its name and hash, and 8 of that of its name. Earlier servers wrote the
/// first 8 bytes alone, and look for these 8 among any others.
/// </remarks>
sealed class EvictedFiles
{
    /// <summary>The bytes that each file takes.</summary>
    public const int Length = FingerprintLength + NameLength;

    const int FingerprintLength = 16, NameLength = 8, FormerLength = 8;

    readonly HashSet<UInt128> _fingerprints = [];
    readonly HashSet<long> _names = [];

    /// <summary>The bytes of a fingerprint that are known.</summary>
    readonly int _length;

    /// <param name="metadata">The rest of the page; null: nothing.</param>
    public EvictedFiles(CachedPageMetadata? metadata)
    {
        var bytes = Convert.FromBase64String(metadata?.EvictedFiles ?? "").AsSpan();
        var isFormer = metadata is not { EvictedLength: Length };
        _length = isFormer ? FormerLength : FingerprintLength;
        for (; bytes.Length >= (isFormer ? FormerLength : Length); bytes = bytes[(isFormer ? FormerLength : Length)..])
        {
            _fingerprints.Add(Read(bytes[.._length]));
            if (!isFormer)
                _names.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes[FingerprintLength..]));
        }
    }

    /// <summary>Whether the page had a file with this name and hash.</summary>
    public bool Contains(PageFile file) => _fingerprints.Contains(Read(Hash(GetText(file)).AsSpan(0, _length)));

    /// <summary>Whether the page had a file with this name, and with another hash or with one that is gone.</summary>
    public bool HadOther(PageFile file) =>
        _names.Contains(BinaryPrimitives.ReadInt64LittleEndian(Hash(file.FileName))) && !Contains(file)
        // It may have gained a hash, or a stronger one.
        && !Contains(file with { Hashes = file.Hashes with { Sha256 = null } })
        && !Contains(file with { Hashes = default });

    /// <summary>Returns what is left of files: <see cref="Length"/> bytes each, in Base64.</summary>
    public static string Write(IReadOnlyList<PageFile> files)
    {
        var bytes = new byte[files.Count * Length];
        foreach (var (i, file) in files.Index())
        {
            var target = bytes.AsSpan(i * Length);
            Hash(GetText(file)).AsSpan(0, FingerprintLength).CopyTo(target);
            Hash(file.FileName).AsSpan(0, NameLength).CopyTo(target[FingerprintLength..]);
        }
        return Convert.ToBase64String(bytes);
    }

    static UInt128 Read(ReadOnlySpan<byte> bytes)
    {
        Span<byte> whole = stackalloc byte[FingerprintLength];
        whole.Clear();
        bytes.CopyTo(whole);
        return BinaryPrimitives.ReadUInt128LittleEndian(whole);
    }

    static string GetText(PageFile file) => $"{file.FileName}\n{PageHistory.GetText(file.Hashes)}";

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
