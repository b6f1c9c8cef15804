using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Credentials of an agent on the node: EKS Pod Identity.</summary>
sealed class PodIdentityCredentials : RefreshingAWSCredentials
{
    /// <summary>The agent's addresses. Beside them, loopback and https are allowed, as in every SDK of AWS.</summary>
    static readonly IPAddress[] _agents =
        [IPAddress.Parse("169.254.170.23"), IPAddress.Parse("169.254.170.2"), IPAddress.Parse("fd00:ec2::23")];

    readonly string _uri;
    readonly string? _tokenFile;

    public PodIdentityCredentials(string uri, string? tokenFile)
    {
        (_uri, _tokenFile) = (uri, tokenFile);
        PreemptExpiryTime = TimeSpan.FromMinutes(5);
    }

    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() =>
        GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        if (!Uri.TryCreate(_uri, UriKind.Absolute, out var uri) || !IsAllowed(uri))
        {
            throw MissingCredentials.Error(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must be an https URL, or the address of the Pod Identity agent.");
        }
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
            {
                Timeout = TimeSpan.FromSeconds(10),
            };
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            if (_tokenFile is not null)
            {
                var token = (await File.ReadAllTextAsync(_tokenFile)).Trim();
                request.Headers.TryAddWithoutValidation("Authorization", token);
            }
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var response = await http.SendAsync(request);
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync();
            using var document = await JsonDocument.ParseAsync(body);
            return Parse(document.RootElement);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException
            or OperationCanceledException or JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            throw new BucketException(
                "NoCredentials",
                $"The Pod Identity agent gave no credentials: {error.GetBaseException().Message} Check that the "
                + "ServiceAccount has a Pod Identity association, and that the agent runs on the node.", error)
            {
                IsTransient = true,
            };
        }
    }

    static CredentialsRefreshState Parse(JsonElement answer) => new(
        new(
            answer.GetProperty("AccessKeyId").GetString(), answer.GetProperty("SecretAccessKey").GetString(),
            answer.GetProperty("Token").GetString()),
        answer.GetProperty("Expiration").GetDateTimeOffset().UtcDateTime);

    static bool IsAllowed(Uri uri) => uri.Scheme == "https"
        || (uri.Scheme == "http" && (uri.IsLoopback
            || (IPAddress.TryParse(uri.IdnHost, out var address) && _agents.Contains(address))));
}
