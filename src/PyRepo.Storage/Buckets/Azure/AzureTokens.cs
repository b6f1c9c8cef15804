using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using PyRepo.Storage.Buckets.Http;
using AccessToken = PyRepo.Storage.Buckets.Http.AccessToken;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Fetches tokens for the identity of the pod or machine.</summary>
sealed class AzureTokens : IDisposable
{
    static readonly TokenRequestContext _storage = new(["https://storage.azure.com/.default"]);

    readonly HttpClient _http;
    readonly Lazy<TokenCredential> _credential;

    /// <summary>Fetches tokens over connections of their own.</summary>
    public AzureTokens(BucketConnections connections)
    {
        _http = new(connections.ForIdentity()) { Timeout = connections.Timeout };
        _credential = new(Create);
    }

    /// <summary>Fetches a token.</summary>
    /// <exception cref="BucketException">There is none.</exception>
    public async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var token = await _credential.Value.GetTokenAsync(_storage, cancellationToken);
            return new(token.Token, token.ExpiresOn);
        }
        catch (Exception error) when (error is AuthenticationFailedException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new BucketException(
                error is CredentialUnavailableException ? "CredentialUnavailable" : "AuthenticationFailed",
                $"There is no token for the identity of this pod: {BucketErrorText.Shorten(error.Message)} Check the "
                + "annotations of the ServiceAccount and the federated credential, or give the account's key.",
                error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    TokenCredential Create()
    {
        var transport = new HttpClientTransport(_http);
        if (Environment.GetEnvironmentVariable("AZURE_FEDERATED_TOKEN_FILE") is { Length: > 0 })
        {
            return new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions
            {
                Transport = transport,
                // The platform says who gives out tokens. Nobody else is asked whether that is right.
                DisableInstanceDiscovery = true,
            });
        }
        var id = Environment.GetEnvironmentVariable("AZURE_CLIENT_ID") is { Length: > 0 } client
            ? ManagedIdentityId.FromUserAssignedClientId(client)
            : ManagedIdentityId.SystemAssigned;
        return new ManagedIdentityCredential(new ManagedIdentityCredentialOptions(id) { Transport = transport });
    }
}
