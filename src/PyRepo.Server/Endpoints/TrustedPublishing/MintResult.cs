namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>A minted token, or why there is none.</summary>
sealed record MintResult
{
    /// <summary>The minted token, or null.</summary>
    public string? Token { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whom the provider's token is about.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The provider.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>PyPI's code for a refusal.</summary>
    public string Code { get; init; } = "";

    /// <summary>The reason for a refusal, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>A refusal.</summary>
    public static MintResult Refused(string code, string description) =>
        new() { Code = code, Description = description };
}
