using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PyRepo.Client;

/// <summary>A client of a repository's <c>api/v1</c>.</summary>
sealed class ApiClient : IDisposable
{
    /// <summary>Lists of what retention removes may be long.</summary>
    const int MaxAnswerLength = 64 << 20;

    /// <summary>The maximum length of a server's description of a failure.</summary>
    const int MaxProblemLength = 64 << 10;

    readonly HttpClient _http;

    /// <param name="repository">The URL of the repository. It ends with a slash.</param>
    /// <param name="user">The user, or null for nobody.</param>
    /// <param name="password">The user's password.</param>
    public ApiClient(Uri repository, string? user, string password)
    {
        _http = CreateHttp(new Uri(repository, "api/v1/"), user, password, followsRedirects: false);
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    /// <summary>
    /// Creates a client that sends a user's password, if there is a user, with each request, but to no redirect's target.
    /// </summary>
    public static HttpClient CreateHttp(Uri url, string? user, string password, bool followsRedirects) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = followsRedirects })
        {
            BaseAddress = url,
            MaxResponseContentBufferSize = MaxAnswerLength,
            DefaultRequestHeaders =
            {
                Authorization = user is null ? null : new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))),
            },
        };

    /// <summary>Returns the path of parts that may contain any characters.</summary>
    public static string GetPath(params IEnumerable<string> parts) =>
        string.Join('/', parts.Select(Uri.EscapeDataString));

    /// <summary>Reads something.</summary>
    /// <exception cref="HttpRequestException">The server refuses, with its message.</exception>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(HttpMethod.Get, path, null, type, cancellationToken);

    /// <summary>Sends something, and reads the answer.</summary>
    /// <exception cref="HttpRequestException">The server refuses, with its message.</exception>
    public Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type,
        CancellationToken cancellationToken) =>
        ReadAsync(HttpMethod.Post, path, JsonContent.Create(body, bodyType), type, cancellationToken);

    /// <summary>Sends JSON that is written already, and reads the answer.</summary>
    /// <exception cref="HttpRequestException">The server refuses, with its message.</exception>
    public Task<T> PostAsync<T>(
        string path, byte[] json, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var body = new ByteArrayContent(json) { Headers = { ContentType = new("application/json") } };
        return ReadAsync(HttpMethod.Post, path, body, type, cancellationToken);
    }

    /// <summary>Has something done, and reads the answer.</summary>
    /// <exception cref="HttpRequestException">The server refuses, with its message.</exception>
    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(HttpMethod.Post, path, null, type, cancellationToken);

    /// <summary>Changes something.</summary>
    /// <exception cref="HttpRequestException">The server refuses, with its message.</exception>
    public async Task PutAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response =
            await SendAsync(HttpMethod.Put, path, JsonContent.Create(body, type), cancellationToken);
    }

    /// <summary>Deletes something, and reads the answer.</summary>
    /// <exception cref="HttpRequestException">The server refuses, with its message.</exception>
    public Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(HttpMethod.Delete, path, null, type, cancellationToken);

    /// <summary>Deletes something.</summary>
    /// <exception cref="HttpRequestException">The server refuses, with its message.</exception>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Delete, path, null, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<T> ReadAsync<T>(
        HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, cancellationToken);
        return await response.Content.ReadFromJsonAsync(type, cancellationToken)
            ?? throw new JsonException("The server's answer is empty.");
    }

    async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        var response = await _http.SendAsync(request, cancellationToken);
        try
        {
            await RequireSuccessAsync(response, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Throws what a server says if it refuses.</summary>
    /// <exception cref="HttpRequestException">The server refuses, with its message.</exception>
    public static async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        var isRedirect = (int)response.StatusCode is >= 300 and < 400;
        throw new HttpRequestException(
            isRedirect && response.Headers.Location is { } elsewhere
                ? $"The server redirects to {elsewhere}. Use the URL of the repository itself."
                : await MessageOfAsync(response, cancellationToken),
            null, response.StatusCode);
    }

    static async Task<string> MessageOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json")
        {
            await response.Content.LoadIntoBufferAsync(MaxProblemLength, cancellationToken);
            var body = await response.Content.ReadFromJsonAsync(ErrorJson.Default.JsonElement, cancellationToken);
            if (body.ValueKind is JsonValueKind.Object && body.TryGetProperty("message", out var text)
                && text.ValueKind is JsonValueKind.String)
            {
                return text.GetString()!;
            }
        }
        // Uploads are refused with the message as the reason, because old clients show nothing else.
        return response.ReasonPhrase is { Length: > 0 } reason
            ? reason
            : $"The server answered {(int)response.StatusCode}.";
    }
}

[JsonSerializable(typeof(JsonElement))]
[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
sealed partial class ErrorJson : JsonSerializerContext;
