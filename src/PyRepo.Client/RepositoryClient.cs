using System.Text.Json;
using PyRepo.Packaging.Simple;

namespace PyRepo.Client;

/// <summary>A client of one of several repositories. Its failures name the repository.</summary>
/// <param name="url">The repository.</param>
/// <param name="user">The user.</param>
/// <param name="password">The user's password. It goes to the repository's own server only.</param>
/// <param name="followsRedirects">Whether answers may come from elsewhere, as files come from a bucket.</param>
sealed class RepositoryClient(Uri url, string user, string password, bool followsRedirects) : IDisposable
{
    readonly HttpClient _http = CreateHttp(url, user, password, followsRedirects);

    /// <summary>The repository's URL.</summary>
    public Uri Url => url;

    /// <summary>Sends a request, and reads the answer, unless the server refuses.</summary>
    /// <exception cref="HttpRequestException">
    /// The server refuses or does not answer, or what it sends is wrong. The message begins with the URL.
    /// </exception>
    public async Task<T> SendAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancellationToken)
    {
        using (request)
        {
            try
            {
                using var response = await _http.SendAsync(
                    request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                await ApiClient.RequireSuccessAsync(response, cancellationToken);
                return await read(response);
            }
            catch (Exception error) when (
                error is HttpRequestException or IOException or JsonException or PageFormatException
                    or InvalidDataException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new HttpRequestException(
                    $"{url}: {error.Message}", error, (error as HttpRequestException)?.StatusCode);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Files take any time.</summary>
    static HttpClient CreateHttp(Uri url, string user, string password, bool followsRedirects)
    {
        var http = ApiClient.CreateHttp(url, user, password, followsRedirects);
        http.Timeout = Timeout.InfiniteTimeSpan;
        return http;
    }
}
