using System.Text;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>The text of an error's response.</summary>
static class BucketErrorText
{
    const int MaxLength = 64 * 1024;

    /// <summary>Reads the body of a response that is short. The rest of a longer one is left out.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            var bytes = new byte[MaxLength];
            return Encoding.UTF8.GetString(bytes, 0, await body.ReadAtLeastAsync(bytes, MaxLength, false, limit.Token));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested
            && error is IOException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }
    }

    /// <summary>Returns a service's text as one sentence of a message.</summary>
    public static string Shorten(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length == 0)
            return "it gives no reason.";
        return line.Length > 300 ? $"{line[..300]}…" : line.TrimEnd('.') + ".";
    }
}
