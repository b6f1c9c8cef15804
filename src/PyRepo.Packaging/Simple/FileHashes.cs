using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Simple;

/// <summary>The hashes of a file: SHA-256, and beside it or instead the strongest of the others.</summary>
/// <param name="Sha256">SHA-256, or null.</param>
/// <param name="OtherAlgorithm">The other one's name, small (<c>md5</c>, <c>sha512</c>, <c>blake2b</c>, …), or null.
/// </param>
/// <param name="OtherHex">The other one's small hexadecimal digits, or null.</param>
public readonly record struct FileHashes(
    Sha256Digest? Sha256, string? OtherAlgorithm = null, string? OtherHex = null)
{
    /// <summary>The algorithms that count, the weakest first, and how many hexadecimal digits they have.</summary>
    static readonly (string Name, int[] Digits)[] _algorithms =
    [
        ("md5", [32]), ("sha1", [40]), ("sha224", [56]), ("sha384", [96]), ("blake2b", [64, 128]), ("sha512", [128]),
    ];

    /// <summary>Whether there is no hash at all.</summary>
    public bool IsEmpty => Sha256 is null && OtherAlgorithm is null;

    /// <summary>These hashes and one more, where it is known, well formed, and stronger than the one there is.
    /// </summary>
    public FileHashes With(string algorithm, string hex)
    {
        if (algorithm.Equals("sha256", StringComparison.OrdinalIgnoreCase))
            return Sha256Digest.TryParse(hex, out var digest) ? this with { Sha256 = Sha256 ?? digest } : this;
        var rank = RankOf(algorithm);
        if (rank < 0 || rank <= RankOf(OtherAlgorithm) || !IsDigest(hex, _algorithms[rank].Digits))
            return this;
        return this with { OtherAlgorithm = _algorithms[rank].Name, OtherHex = hex.ToLowerInvariant() };
    }

    static int RankOf(string? algorithm) =>
        Array.FindIndex(_algorithms, known => known.Name.Equals(algorithm, StringComparison.OrdinalIgnoreCase));

    static bool IsDigest(string hex, int[] lengths) => lengths.Contains(hex.Length) && hex.All(char.IsAsciiHexDigit);
}
