using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PyRepo.Server.Api;

namespace PyRepo.Server.Commands;

/// <summary>A client of <c>api/v1/tokens</c>.</summary>
sealed class TokenClient : IDisposable
{
    readonly HttpClient _http;

    TokenClient(Uri repository, string user, string password)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(repository, "api/v1/"),
            MaxResponseContentBufferSize = 1 << 20,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    /// <summary>Runs what uses a client. Writes what fails, and returns the exit status.</summary>
    public static async Task<int> RunAsync(Uri repository, string user, Func<TokenClient, Task> run)
    {
        try
        {
            using var client = new TokenClient(repository, user, Passwords.Read(user));
            await run(client);
            return 0;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException)
        {
            await Console.Error.WriteLineAsync($"{repository}: {error.Message}");
            return 1;
        }
    }

    /// <summary>Makes a token.</summary>
    public async Task<TokenView> CreateAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(
            "tokens", request, ApiJson.Default.TokenRequest, cancellationToken);
        await CheckAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync(ApiJson.Default.TokenView, cancellationToken)
            ?? throw new JsonException("The server's answer is empty.");
    }

    /// <summary>Lists tokens.</summary>
    public async Task<TokenView[]> ListAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri("tokens", UriKind.Relative), cancellationToken);
        await CheckAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync(ApiJson.Default.TokenViewArray, cancellationToken) ?? [];
    }

    /// <summary>Revokes a token.</summary>
    public async Task RevokeAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync(
            new Uri($"tokens/{Uri.EscapeDataString(id)}", UriKind.Relative), cancellationToken);
        await CheckAsync(response, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>A server says in the reason phrase what is wrong.</summary>
    static async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        string? message = null;
        if (response.Content.Headers.ContentType?.MediaType == "application/json")
        {
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(
                ApiJson.Default.JsonElement, cancellationToken);
            message = body.TryGetProperty("message", out var text) ? text.GetString() : null;
        }
        throw new HttpRequestException(message ?? $"The server answered {(int)response.StatusCode}.");
    }
}
