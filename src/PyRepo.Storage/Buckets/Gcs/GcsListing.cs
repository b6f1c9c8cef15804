using System.Runtime.CompilerServices;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The objects below a prefix, from after a name.</summary>
sealed class GcsListing(GcsRequests requests, string prefix, string? startAfter)
{
    /// <summary>Reads it page by page.</summary>
    public async IAsyncEnumerable<StoredObject> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = $"{requests.Objects}?prefix={Uri.EscapeDataString(prefix)}&maxResults=1000"
            + $"&fields=nextPageToken,items({GcsObject.Fields})"
            + (startAfter is null ? "" : $"&startOffset={Uri.EscapeDataString(startAfter)}");
        string? token = null;
        do
        {
            using var response = await requests.SendAsync(
                HttpMethod.Get, token is null ? query : $"{query}&pageToken={Uri.EscapeDataString(token)}",
                cancellationToken);
            await requests.CheckAsync(response, cancellationToken);
            var page = await GcsRequests.ReadAsync(response, GcsJson.Default.GcsObjectPage, cancellationToken);
            foreach (var listed in page.Items ?? [])
            {
                // The offset itself belongs to the listing.
                if (listed.Name != startAfter)
                    yield return listed.ToStoredObject();
            }
            token = page.NextPageToken;
        }
        while (!string.IsNullOrEmpty(token));
    }
}
