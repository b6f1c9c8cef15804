using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PyRepo.Client.LockFiles;

/// <summary>A hash of a file that a lock file names.</summary>
/// <param name="Algorithm"><c>sha256</c>, <c>sha384</c> or <c>sha512</c>.</param>
/// <param name="Hex">The lowercase hexadecimal digits.</param>
sealed record LockedHash(string Algorithm, string Hex)
{
    /// <summary>The algorithms that are checked, the most usual one first.</summary>
    static readonly (string Name, HashAlgorithmName Algorithm, int Digits)[] _algorithms =
    [
        ("sha256", HashAlgorithmName.SHA256, 64), ("sha512", HashAlgorithmName.SHA512, 128),
        ("sha384", HashAlgorithmName.SHA384, 96),
    ];

    /// <summary>The names of the algorithms.</summary>
    public static IEnumerable<string> Algorithms => _algorithms.Select(known => known.Name);

    /// <summary>Reads <c>sha256:…</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="problem">If it is none, what is wrong with it: <c>is no hash</c>.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out LockedHash? hash, [NotNullWhen(false)] out string? problem)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return TryCreate(text[..Math.Max(colon, 0)], text[(colon + 1)..], out hash, out problem);
    }

    /// <summary>Makes a hash of an algorithm and hexadecimal digits.</summary>
    public static bool TryCreate(
        string algorithm, string hex, [NotNullWhen(true)] out LockedHash? hash,
        [NotNullWhen(false)] out string? problem)
    {
        (hash, problem) = (null, null);
        var name = algorithm.ToLowerInvariant();
        if (_algorithms.FirstOrDefault(each => each.Name == name) is not { Name: not null } known)
            problem = $"is not a supported hash: use {string.Join(", ", Algorithms)}";
        else if (hex.Length != known.Digits || !hex.All(char.IsAsciiHexDigit))
            problem = $"is no {name}, which has {known.Digits} hexadecimal digits";
        else
            hash = new LockedHash(name, hex.ToLowerInvariant());
        return hash is not null;
    }

    /// <summary>Begins to compute a hash.</summary>
    public static IncrementalHash Start(string algorithm) =>
        IncrementalHash.CreateHash(_algorithms.First(known => known.Name == algorithm).Algorithm);

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm}:{Hex}";
}
