namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>
/// A credential's JSON: a service account's key, or the configuration of a workload identity federation.
/// </summary>
sealed record GcsCredentialFile
{
    public string? Type { get; init; }

    public string? ProjectId { get; init; }

    public string? PrivateKeyId { get; init; }

    public string? PrivateKey { get; init; }

    public string? ClientEmail { get; init; }

    public string? TokenUri { get; init; }

    public string? Audience { get; init; }

    public string? SubjectTokenType { get; init; }

    public string? TokenUrl { get; init; }

    public GcsSubjectTokenSource? CredentialSource { get; init; }

    public string? ServiceAccountImpersonationUrl { get; init; }

    public override string ToString() => $"a credential of the type {Type}";
}
