using System.Globalization;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Signs URLs with which anybody may read an object for a time (a service SAS).</summary>
static class AzureUrlSigner
{
    const string Version = "2021-12-02";

    /// <summary>Signs a URL.</summary>
    /// <param name="url">The object's URL.</param>
    /// <param name="settings">The container.</param>
    /// <param name="key">The account's key.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="expires">When the URL ceases to be valid.</param>
    public static Uri Sign(
        string url, AzureBucketSettings settings, AzureAccountKey key, string name, DateTimeOffset expires)
    {
        var time = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var protocol = settings.Endpoint.Scheme == Uri.UriSchemeHttps ? "https" : "https,http";
        // Without a start, because the clocks of two machines differ.
        string[] fields =
        [
            "r", "", time, $"/blob/{settings.EffectiveAccount}/{settings.Container}/{name}", "", "", protocol, Version,
            "b", "", "", "", "", "", "", "",
        ];
        var query = $"?sv={Version}&sr=b&sp=r&se={Uri.EscapeDataString(time)}&spr={Uri.EscapeDataString(protocol)}"
            + $"&sig={Uri.EscapeDataString(key.Sign(string.Join('\n', fields)))}";
        return new(url + query, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
