using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Platform.Egress;

namespace PyRepo.Server.Groups;

/// <summary>The statistics of a group's member on another server, which counts them.</summary>
sealed class MemberStatistics : IDisposable
{
    /// <summary>The longest answer, in bytes.</summary>
    const int MaxAnswerLength = 16 << 20;

    readonly UpstreamConnection _connection;
    readonly CircuitBreaker _breaker;
    readonly Uri _url;

    /// <param name="settings">How to reach the member. Its tokens must allow to read all projects.</param>
    /// <param name="url">The member's URL.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public MemberStatistics(UpstreamSettings settings, Uri url, TimeProvider clock, ILogger logger)
    {
        _url = url;
        _connection = new UpstreamConnection(settings);
        _breaker = new CircuitBreaker(clock, logger);
    }

    /// <summary>
    /// Asks the member about all projects, or the one of the query. Returns null if it does not answer.
    /// </summary>
    public async Task<StatisticsAnswer?> ReadAsync(StatisticsQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var (response, _) = await _connection.SendAsync(
                HttpMethod.Get, new Uri(_url, $"api/v1/statistics{query.ToParameters()}"), query.Project, _breaker,
                static headers => headers.Accept.ParseAdd("application/json"), cancellationToken);
            using (response)
            {
                if (response.StatusCode is not HttpStatusCode.OK)
                    return null;
                await response.Content.LoadIntoBufferAsync(MaxAnswerLength, cancellationToken);
                return await response.Content.ReadFromJsonAsync(
                    StatisticsJson.Default.StatisticsAnswer, cancellationToken);
            }
        }
        catch (Exception error) when (error is UpstreamUnavailableException or HttpRequestException or IOException
            or JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
