namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>What a federation sends to exchange its token (RFC 8693).</summary>
sealed record GcsSubjectTokenExchange(string Audience, string SubjectTokenType, string SubjectToken)
{
    /// <summary>The form of the request.</summary>
    public FormUrlEncodedContent ToForm(string scope) => new(
    [
        new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        new("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        new("audience", Audience),
        new("scope", scope),
        new("subject_token_type", SubjectTokenType),
        new("subject_token", SubjectToken),
    ]);

    /// <inheritdoc/>
    public override string ToString() => $"an exchange for {Audience}";
}
