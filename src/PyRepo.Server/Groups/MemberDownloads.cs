using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using PyRepo.Downloads;
using PyRepo.Egress;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Groups;

/// <summary>The download log of a group's member on another server, which keeps it.</summary>
sealed class MemberDownloads : IDownloadLog, IDisposable
{
    /// <summary>The longest answer, in bytes: that of all rows.</summary>
    const int MaxAnswerLength = 64 << 20;

    readonly UpstreamConnection _connection;
    readonly CircuitBreaker _breaker;
    readonly Uri _url;

    /// <param name="settings">How to reach the member. Its tokens must allow to read the log.</param>
    /// <param name="url">The member's URL.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public MemberDownloads(UpstreamSettings settings, Uri url, TimeProvider clock, ILogger logger)
    {
        _url = url;
        _connection = new UpstreamConnection(settings);
        _breaker = new CircuitBreaker(clock, logger);
    }

    /// <inheritdoc/>
    public async Task<FoundDownloads?> FindAsync(DownloadQuery query, CancellationToken cancellationToken) =>
        await SendAsync(
            HttpMethod.Get, query.ToParameters(), query.Project, DownloadJson.Default.DownloadAnswer,
            cancellationToken) is { } answer
            ? new FoundDownloads(answer.Rows, answer.Lost, answer.LeftOut, answer.Incomplete.IsEmpty)
            : null;

    /// <inheritdoc/>
    public async Task<long?> ForgetAsync(string caller, CancellationToken cancellationToken) =>
        (await SendAsync(
            HttpMethod.Delete, $"?caller={Uri.EscapeDataString(caller)}", null, DownloadJson.Default.ForgottenCaller,
            cancellationToken))?.Lines;

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>Asks the member. Returns null if it does not answer.</summary>
    async Task<T?> SendAsync<T>(
        HttpMethod method, string parameters, ProjectName? project, JsonTypeInfo<T> type,
        CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var (response, _) = await _connection.SendAsync(
                method, new Uri(_url, $"api/v1/downloads{parameters}"), project, _breaker,
                static headers => headers.Accept.ParseAdd("application/json"), cancellationToken);
            using (response)
            {
                if (response.StatusCode is not HttpStatusCode.OK)
                    return null;
                await response.Content.LoadIntoBufferAsync(MaxAnswerLength, cancellationToken);
                return await response.Content.ReadFromJsonAsync(type, cancellationToken);
            }
        }
        catch (Exception error) when (error is UpstreamUnavailableException or HttpRequestException or IOException
            or JsonException)
        {
            return null;
        }
    }
}
