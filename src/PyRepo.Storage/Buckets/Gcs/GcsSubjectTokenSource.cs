namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Where the token is that a federation exchanges.</summary>
sealed record GcsSubjectTokenSource
{
    /// <summary>A file with the token.</summary>
    public string? File { get; init; }

    /// <summary>A URL that answers with the token.</summary>
    public string? Url { get; init; }

    /// <summary>The headers of the request.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>How the token is written.</summary>
    public GcsSubjectTokenFormat? Format { get; init; }
}
