using System.Security.Cryptography;
using PyRepo.Sigstore.Keys;
using PyRepo.Sigstore.Publishers;

namespace PyRepo.Sigstore;

/// <summary>The demanded file, statement and signer. What is null is not demanded, and has to be said.</summary>
public sealed record VerificationPolicy
{
    /// <summary>The SHA-256 of the file.</summary>
    /// <exception cref="ArgumentException">It is none, such as an empty one, which a statement could name.</exception>
    public required ReadOnlyMemory<byte> Sha256
    {
        get;
        init => field = value.Length == SHA256.HashSizeInBytes
            ? value
            : throw new ArgumentException("It is no SHA-256.", nameof(value));
    }

    /// <summary>
    /// The demands on a statement; null if any statement about the file will do, or a signature of the file itself.
    /// </summary>
    public required StatementPolicy? Statement { get; init; }

    /// <summary>The publishers that may have signed, any of these; null if anybody whom an authority knows.</summary>
    public required IReadOnlyList<RequiredPublisher>? Publishers { get; init; }

    /// <summary>The key that signs; null if a certificate must.</summary>
    public VerificationKey? Key { get; init; }
}

/// <summary>The demands on a statement: of in-toto's first version, about one file.</summary>
/// <param name="IsName">Whether its subject is a name of the file.</param>
/// <param name="PredicateTypes">The types that it may have.</param>
public sealed record StatementPolicy(Predicate<string> IsName, IReadOnlySet<string> PredicateTypes)
{
    /// <summary>The types of statements that PyPI accepts.</summary>
    public static IReadOnlySet<string> PyPiPredicateTypes { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "https://docs.pypi.org/attestations/publish/v1", "https://slsa.dev/provenance/v1",
    };
}
