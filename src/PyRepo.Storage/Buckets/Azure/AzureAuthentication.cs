using System.Net.Http.Headers;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Proves who asks.</summary>
sealed class AzureAuthentication(AzureCredentials credentials, AzureTokens tokens, TimeProvider clock)
{
    readonly AccessTokenCache? _cache = credentials is AzureIdentity ? new(tokens.FetchAsync, clock) : null;

    /// <summary>The account's key, if it is known.</summary>
    public AzureAccountKey? Key => credentials as AzureAccountKey;

    /// <summary>Signs a request, or adds a token to it.</summary>
    public async ValueTask SignAsync(HttpRequestMessage request, string account, CancellationToken cancellationToken)
    {
        if (Key is { } key)
            AzureSharedKey.Sign(request, account, key);
        else if (_cache is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", await _cache.GetAsync(cancellationToken));
    }

    /// <summary>Forgets a token that was refused. Returns whether another one may be accepted.</summary>
    public bool Forget() => _cache?.Forget() ?? false;
}
