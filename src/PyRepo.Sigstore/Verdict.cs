using PyRepo.Sigstore.Certificates;
using PyRepo.Sigstore.Publishers;

namespace PyRepo.Sigstore;

/// <summary>The outcome of a verification.</summary>
public abstract record Verdict
{
    Verdict()
    {
    }

    /// <summary>It is proved.</summary>
    public sealed record Verified : Verdict
    {
        /// <summary>The signer, as the certificate says; null if a key was trusted instead.</summary>
        public required SigningIdentity? Identity { get; init; }

        /// <summary>The publisher that this is; null if a key was trusted instead.</summary>
        public required AttestedPublisher? Publisher { get; init; }

        /// <summary>The earliest time that a log or timestamp authority proves.</summary>
        public required DateTimeOffset SignedAt { get; init; }

        /// <summary>The log's name, as the trusted root has it.</summary>
        public required string Log { get; init; }

        /// <summary>The number of the entry in the log.</summary>
        public required long LogIndex { get; init; }

        /// <summary>The type of the statement; null if the signature is of the file itself.</summary>
        public required string? PredicateType { get; init; }
    }

    /// <summary>It is not proved.</summary>
    /// <param name="Step">The first step that failed.</param>
    /// <param name="Reason">The finding there, in one line without a full stop.</param>
    public sealed record Refused(VerificationStep Step, string Reason) : Verdict;
}
