namespace PyRepo.Storage.Buckets.Http;

/// <summary>Keeps a token until shortly before it expires. Only one is fetched at a time.</summary>
/// <param name="fetch">Fetches a token.</param>
/// <param name="clock">Tells the time.</param>
sealed class AccessTokenCache(Func<CancellationToken, Task<AccessToken>> fetch, TimeProvider clock)
{
    static readonly TimeSpan _early = TimeSpan.FromMinutes(4);

    readonly SemaphoreSlim _turn = new(1, 1);
    volatile Kept? _current;

    /// <summary>Returns a token that is valid.</summary>
    /// <exception cref="BucketException">None could be fetched.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        if (_current is { } kept && !IsOld(kept.Token))
            return kept.Token.Value;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_current is not { } current || IsOld(current.Token))
                _current = current = new(await fetch(cancellationToken), clock.GetUtcNow());
            return current.Token.Value;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Forgets a token that was refused. Returns whether another one may be accepted.</summary>
    public bool Forget()
    {
        if (_current is not { } refused)
            return false;
        // One that was just fetched would only be the same again.
        if (clock.GetUtcNow() - refused.Fetched < TimeSpan.FromSeconds(10))
            return false;
        _current = null;
        return true;
    }

    // Google's metadata server hands out the same token until five minutes before its end.
    bool IsOld(AccessToken token) => clock.GetUtcNow() > token.Expires - _early;

    sealed record Kept(AccessToken Token, DateTimeOffset Fetched);
}

/// <summary>A token that proves who sends a request.</summary>
/// <param name="Value">The token. It must not be logged.</param>
/// <param name="Expires">When it ceases to be valid.</param>
readonly record struct AccessToken(string Value, DateTimeOffset Expires)
{
    /// <inheritdoc/>
    public override string ToString() => $"a token until {Expires:u}";
}
