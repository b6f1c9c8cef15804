using System.Text.Json.Serialization;

namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// The outcome of the verification of a file's attestations (<see href="https://peps.python.org/pep-0740/">PEP
/// 740</see>).
/// </summary>
public sealed record VerifiedProvenance
{
    /// <summary>The outcome.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required ProvenanceVerdict Verdict { get; init; }

    /// <summary>The attestations that are proved: all of the file's if it is verified.</summary>
    public IReadOnlyList<ProvenAttestation> Attestations
    {
        get;
        // What another server sends may have nulls.
        init => field = value is null ? [] : value.Contains(null!) ? [.. value.Where(each => each is not null)] : value;
    } = [];

    /// <summary>Why one is not proved, as the rest of a sentence about the file; null if each is.</summary>
    public string? Problem
    {
        get => field ?? (Verdict is ProvenanceVerdict.Refused ? "has an attestation that is not proved" : null);
        init;
    }

    /// <summary>The approximate memory that it takes, in bytes.</summary>
    [JsonIgnore]
    public long Weight => 800 + (1600L * Attestations.Count);

    /// <summary>The outcome for a file without attestations.</summary>
    public static VerifiedProvenance Absent { get; } = new() { Verdict = ProvenanceVerdict.Absent };

    /// <summary>The outcome for a file whose attestations have not been verified yet.</summary>
    public static VerifiedProvenance Pending { get; } = new() { Verdict = ProvenanceVerdict.Pending };

    /// <summary>
    /// The publishers that had attested earlier files of the project, if none of them has attested this one: as people
    /// read them. A proxy notices that.
    /// </summary>
    public IReadOnlyList<string>? Established { get; init; }
}

/// <summary>An attestation that is proved, and who has signed it.</summary>
public sealed record ProvenAttestation
{
    /// <summary>The signer in a line: <c>GitHub acme/lib release.yml in pypi</c>.</summary>
    public required string Publisher { get; init; }

    /// <summary><c>GitHub</c>, <c>GitLab</c> or <c>Google</c>; <c>Other</c> for whoever else the certificate
    /// names.</summary>
    public required string Kind { get; init; }

    /// <summary>The repository as <c>OWNER/NAME</c>, the email address, or the certificate's subject.</summary>
    public required string Name { get; init; }

    /// <summary>The issuer of the signer's token: a URL.</summary>
    public required string Issuer { get; init; }

    /// <summary>The workflow's file name at GitHub, its path at GitLab, else null.</summary>
    public string? Workflow { get; init; }

    /// <summary>The deployment environment; null if there is none.</summary>
    public string? Environment { get; init; }

    /// <summary>The repository's URL; null if the certificate does not say.</summary>
    public string? Repository { get; init; }

    /// <summary>The number that the repository keeps when it is renamed; null if the certificate does not say.</summary>
    public string? RepositoryId { get; init; }

    /// <summary>The commit; null if the certificate does not say.</summary>
    public string? Commit { get; init; }

    /// <summary>The branch or tag, such as <c>refs/tags/v1</c>; null if the certificate does not say.</summary>
    public string? Ref { get; init; }

    /// <summary>The earliest time that a log or timestamp authority proves.</summary>
    public required DateTimeOffset SignedAt { get; init; }

    /// <summary>The log of signatures, by its name in the trusted root.</summary>
    public required string Log { get; init; }

    /// <summary>The number of the entry in the log.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long LogIndex { get; init; }
}

/// <summary>The outcome for the attestations of a file. Documents write it in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProvenanceVerdict>))]
public enum ProvenanceVerdict
{
    /// <summary>It has some, and each is proved.</summary>
    [JsonStringEnumMemberName("verified")]
    Verified,

    /// <summary>One is not proved, or none is by a publisher that is demanded of an upload.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>It has none.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>It has some, which have not been verified yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,
}
