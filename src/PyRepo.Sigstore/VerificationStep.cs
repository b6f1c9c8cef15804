namespace PyRepo.Sigstore;

/// <summary>The step of a verification that failed.</summary>
public enum VerificationStep
{
    /// <summary>The bundle or attestation could not be read, or says less than it must.</summary>
    Format,

    /// <summary>The envelope's payload must be an in-toto statement.</summary>
    PayloadType,

    /// <summary>The statement must be of in-toto's first version, about exactly one file.</summary>
    StatementType,

    /// <summary>The statement must name the file.</summary>
    SubjectName,

    /// <summary>The statement, or the signature, must be about the file's SHA-256.</summary>
    SubjectDigest,

    /// <summary>The statement must be of a type that the caller knows.</summary>
    PredicateType,

    /// <summary>The signature must be of the certificate's key, or of the one that the caller trusts.</summary>
    Signature,

    /// <summary>A log or a timestamp authority must prove when it was signed.</summary>
    ProvenTime,

    /// <summary>The certificate must be from an authority of the trusted root.</summary>
    CertificateChain,

    /// <summary>The certificate must have been valid at each proven time.</summary>
    CertificateValidity,

    /// <summary>The trusted root must have trusted the authority at each proven time.</summary>
    AuthorityValidity,

    /// <summary>The certificate's key must be for signatures.</summary>
    KeyUsage,

    /// <summary>The certificate's key must be for signing code.</summary>
    ExtendedKeyUsage,

    /// <summary>A certificate log of the trusted root must have seen the certificate.</summary>
    CertificateTimestamp,

    /// <summary>The trusted root must have trusted that log then.</summary>
    CertificateLogValidity,

    /// <summary>The entry must be from a log of the trusted root.</summary>
    LogKey,

    /// <summary>The trusted root must have trusted that log at each proven time.</summary>
    LogValidity,

    /// <summary>The log's promise to include the entry at its time must be signed.</summary>
    SignedEntryTimestamp,

    /// <summary>The entry must be in the tree of the log.</summary>
    InclusionProof,

    /// <summary>The log must have signed the root of that tree.</summary>
    Checkpoint,

    /// <summary>The signed root must be the one of the proof.</summary>
    CheckpointRoot,

    /// <summary>The entry must be of a kind that is known.</summary>
    EntryKind,

    /// <summary>The entry must be about the same content.</summary>
    EntryDigest,

    /// <summary>The entry must be about the same signature.</summary>
    EntrySignature,

    /// <summary>The entry must be about the same certificate or key.</summary>
    EntryCertificate,

    /// <summary>No entry may be there twice.</summary>
    EntryTwice,

    /// <summary>A timestamp must be about this signature.</summary>
    TimestampImprint,

    /// <summary>A timestamp must be signed by an authority of the trusted root.</summary>
    TimestampSignature,

    /// <summary>The trusted root must have trusted that authority at the timestamp's time.</summary>
    TimestampValidity,

    /// <summary>The issuer of the signer's token must be the one of a demanded publisher.</summary>
    Issuer,

    /// <summary>The repository or address must be the one of a demanded publisher.</summary>
    Publisher,

    /// <summary>The workflow must be the one of a demanded publisher.</summary>
    Workflow,

    /// <summary>The environment must be the one of a demanded publisher.</summary>
    Environment,
}
