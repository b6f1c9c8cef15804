using System.Net;
using System.Text.Json;

namespace PyRepo.Server.Commands;

/// <summary>Asks a server on this machine what it serves.</summary>
static class RunningServer
{
    const int MaxStatusLength = 256 * 1024;
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Returns whether a server with this management address serves a repository. Nobody who listens, or another program
    /// there, means that none does; no answer in time means null, since a server may be busy.
    /// </summary>
    public static async Task<bool?> ServesAsync(
        IPEndPoint management, string repository, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            Timeout = _timeout,
            MaxResponseContentBufferSize = MaxStatusLength,
        };
        try
        {
            var status = await http.GetByteArrayAsync(new Uri($"http://{management}/status"), cancellationToken);
            using var document = JsonDocument.Parse(status);
            return document.RootElement.TryGetProperty("repositories", out var repositories)
                && repositories.EnumerateArray().Any(r => r.GetProperty("name").GetString() == repository);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (
            error is HttpRequestException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }
}
