using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Simple;

/// <summary>The hashes of a file: SHA-256 and the strongest of the others, each if present.</summary>
/// <param name="Sha256">SHA-256, or null.</param>
/// <param name="OtherAlgorithm">The lowercase name of the other algorithm (<c>md5</c>, <c>sha512</c>, <c>blake2b</c>,
/// …), or null.
/// </param>
/// <param name="OtherHex">The lowercase hexadecimal digits of the other hash, or null.</param>
public readonly record struct FileHashes(
    Sha256Digest? Sha256, string? OtherAlgorithm = null, string? OtherHex = null)
{
    /// <summary>The supported algorithms, weakest first, with their numbers of hexadecimal digits.</summary>
    static readonly (string Name, int[] Digits)[] _algorithms =
    [
        ("md5", [32]), ("sha1", [40]), ("sha224", [56]), ("sha384", [96]), ("blake2b", [64, 128]), ("sha512", [128]),
    ];

    /// <summary>Whether there are no hashes.</summary>
    public bool IsEmpty => Sha256 is null && OtherAlgorithm is null;

    /// <summary>Adds a hash if it is supported, valid, and stronger than the existing one.
    /// </summary>
    public FileHashes With(string algorithm, string hex)
    {
        if (algorithm.Equals("sha256", StringComparison.OrdinalIgnoreCase))
            return Sha256Digest.TryParse(hex, out var digest) ? this with { Sha256 = Sha256 ?? digest } : this;
        var rank = GetRank(algorithm);
        if (rank < 0 || rank <= GetRank(OtherAlgorithm) || !IsDigest(hex, _algorithms[rank].Digits))
            return this;
        return this with { OtherAlgorithm = _algorithms[rank].Name, OtherHex = hex.ToLowerInvariant() };
    }

    static int GetRank(string? algorithm) =>
        Array.FindIndex(_algorithms, known => known.Name.Equals(algorithm, StringComparison.OrdinalIgnoreCase));

    static bool IsDigest(string hex, int[] lengths) => lengths.Contains(hex.Length) && hex.All(char.IsAsciiHexDigit);
}
