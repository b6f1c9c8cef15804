using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Makes the SDK send every request through one HTTP client.</summary>
sealed class SdkHttpClientFactory(HttpClient client) : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
