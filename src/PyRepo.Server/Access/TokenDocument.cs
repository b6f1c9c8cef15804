namespace PyRepo.Server.Access;

/// <summary>The tokens of a repository, as one object of its store.</summary>
/// <remarks>Generated JSON readers set missing properties to null, even if they have an initializer.</remarks>
sealed record TokenDocument
{
    static readonly Dictionary<string, DateTimeOffset> _none = [];

    /// <summary>A repository without tokens.</summary>
    public static TokenDocument Empty { get; } = new();

    /// <summary>The tokens that clients may use.</summary>
    public IReadOnlyList<ApiToken> Tokens
    {
        get;
        init => field = [.. (value ?? []).Where(token => !token.IsErased)];
    } = [];

    /// <summary>
    /// The tokens that trusted publishing no longer accepts, with their expiry: those that were ended, and providers'
    /// tokens that were used (<c>jti:…</c>).
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Burned { get; init => field = value ?? _none; } = _none;

    /// <summary>The same without what has expired.</summary>
    public TokenDocument At(DateTimeOffset now) => new()
    {
        Tokens = [.. Tokens.Where(token => token.Expires > now)],
        Burned = Burned.Where(burned => burned.Value > now).ToDictionary(),
    };
}
