using System.Runtime.CompilerServices;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>The objects below a prefix, from after a name.</summary>
sealed class AzureListing(AzureRequests requests, string prefix, string? startAfter)
{
    // The first version of the protocol in which a listing can begin at a name.
    const string StartFromVersion = "2026-02-06";

    /// <summary>Reads it page by page.</summary>
    public async IAsyncEnumerable<StoredObject> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = $"{requests.Container}?restype=container&comp=list&prefix={Uri.EscapeDataString(prefix)}";
        if (startAfter is not null)
            query += $"&startFrom={Uri.EscapeDataString(startAfter)}";
        string? marker = null;
        do
        {
            var url = marker is null ? query : $"{query}&marker={Uri.EscapeDataString(marker)}";
            using var response = startAfter is null
                ? await requests.SendAsync(HttpMethod.Get, url, cancellationToken)
                : await requests.SendAsync(HttpMethod.Get, url, cancellationToken, version: StartFromVersion);
            await requests.CheckAsync(response, cancellationToken);
            await using var xml = await response.Content.ReadAsStreamAsync(cancellationToken);
            var page = AzurePage.Read(xml);
            foreach (var listed in page.Objects)
            {
                // The name that a listing begins at belongs to it.
                if (listed.Key != startAfter)
                    yield return listed;
            }
            marker = page.Marker;
        }
        while (marker is not null);
    }
}
