using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Platform.Logging;

namespace PyRepo.Server.Commands;

/// <summary>A client of a repository's <c>api/v1</c>.</summary>
sealed class ApiClient : IDisposable
{
    /// <summary>Lists of what retention removes may be long.</summary>
    const int MaxAnswerLength = 64 << 20;

    /// <summary>The maximum length of a server's description of a failure.</summary>
    const int MaxProblemLength = 64 << 10;

    readonly HttpClient _http;

    ApiClient(Uri repository, string user, string password)
    {
        _http = CreateHttp(new Uri(repository, "api/v1/"), user, password, followsRedirects: false);
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    /// <summary>Creates a client that sends a user's password with each request, but to no redirect's target.</summary>
    public static HttpClient CreateHttp(Uri url, string user, string password, bool followsRedirects) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = followsRedirects })
        {
            BaseAddress = url,
            MaxResponseContentBufferSize = MaxAnswerLength,
            DefaultRequestHeaders =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))),
            },
        };

    /// <summary>Runs what uses a client. Writes what fails, and returns the exit status.</summary>
    public static Task<int> RunAsync(Uri repository, string user, Func<ApiClient, Task> run) =>
        RunAsync($"{repository}: ", async () =>
        {
            using var client = new ApiClient(repository, user, Passwords.Read(user));
            await run(client);
        });

    /// <summary>Runs what asks repositories. Writes what fails, after a prefix, and returns the exit status.</summary>
    public static async Task<int> RunAsync(string prefix, Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (OperationCanceledException error)
        {
            return await FailAsync(
                error.InnerException is TimeoutException ? $"{prefix}The server does not answer." : "Interrupted.");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException)
        {
            return await FailAsync(prefix + error.Message);
        }
    }

    static async Task<int> FailAsync(string message)
    {
        // The server's words must not move the cursor of a terminal.
        await Console.Error.WriteLineAsync(ControlCharacters.Escape(message));
        return 1;
    }

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
        if (response.Content.Headers.ContentType?.MediaType == "application/json")
        {
            await response.Content.LoadIntoBufferAsync(MaxProblemLength, cancellationToken);
            var body = await response.Content.ReadFromJsonAsync(ApiJson.Default.JsonElement, cancellationToken);
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
