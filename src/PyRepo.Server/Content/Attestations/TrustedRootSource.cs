using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Sigstore.Roots;

namespace PyRepo.Server.Content.Attestations;

/// <summary>The trusted root that a repository verifies with. One that cannot be read proves nothing.</summary>
/// <param name="Name">Where it comes from, for people.</param>
/// <param name="Root">The root, or null if it cannot be read.</param>
/// <param name="Failure">A sentence that says why it cannot be read, or null.</param>
sealed record TrustedRootSource(string Name, TrustedRoot? Root, string? Failure)
{
    /// <summary>The root of Sigstore's public instance, which the program brings.</summary>
    public static TrustedRootSource Public { get; } =
        new("Sigstore's public instance", TrustedRoot.Public, null);

    const int FingerprintLength = 16;

    /// <summary>Roots with the same fingerprint prove the same, or fail for the same reason.</summary>
    public string Fingerprint { get; } =
        (Root?.Digest ?? Sha256Digest.HashData(Encoding.UTF8.GetBytes(Failure ?? "")).ToString())[..FingerprintLength];

    /// <summary>Whether there is nothing to read.</summary>
    public bool IsMissing { get; private init; }

    /// <summary>Whether there is a root.</summary>
    [MemberNotNullWhen(true, nameof(Root))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsReadable => Root is not null;

    /// <summary>Reads the text of a key.</summary>
    /// <param name="name">The ConfigMap and its key, for messages.</param>
    /// <param name="text">The text, or null if it is not there.</param>
    public static TrustedRootSource Read(string name, string? text)
    {
        if (text is null)
            return new(name, null, $"The trusted root is missing: {name}.") { IsMissing = true };
        try
        {
            return new(name, TrustedRoot.Parse(Encoding.UTF8.GetBytes(text)), null);
        }
        catch (FormatException error)
        {
            return new(name, null, $"The trusted root cannot be read: {name}: {error.Message}.");
        }
    }
}
