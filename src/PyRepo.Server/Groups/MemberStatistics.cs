using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Statistics;

namespace PyRepo.Server.Groups;

/// <summary>The statistics of a group's member on another server, which counts them.</summary>
sealed class MemberStatistics : IDownloadStatistics, IDisposable
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

    /// <inheritdoc/>
    public string? Unavailable => null;

    /// <inheritdoc/>
    public void Count(ProjectName project, string fileName, string userAgent)
    {
        // The member counts what it sends.
    }

    /// <inheritdoc/>
    public async Task<bool> AddToAsync(
        ImmutableArray<StatisticsReport> reports, Func<ProjectName?, bool> mayRead,
        CancellationToken cancellationToken)
    {
        var isComplete = true;
        foreach (var report in reports)
        {
            if (await ReadAsync(report.Query.ByProject(), cancellationToken) is not { } answer)
                return false;
            report.Add(answer, mayRead);
            isComplete &= answer.IsComplete;
        }
        return isComplete;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>
    /// Asks the member about all projects, or the one of the query. Returns null if it does not answer.
    /// </summary>
    async Task<StatisticsAnswer?> ReadAsync(StatisticsQuery query, CancellationToken cancellationToken)
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
}
