namespace PyRepo.Storage.Buckets.Http;

/// <summary>A token that proves who sends a request.</summary>
/// <param name="Value">The token. It must not be logged.</param>
/// <param name="Expires">When it ceases to be valid.</param>
readonly record struct AccessToken(string Value, DateTimeOffset Expires)
{
    /// <inheritdoc/>
    public override string ToString() => $"a token until {Expires:u}";
}
