using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Advisories;
using PyRepo.Egress;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Groups;

/// <summary>The advisories of a group's member on another server.</summary>
sealed class MemberAdvisories : IAdvisoryIndex, IDisposable
{
    /// <summary>The longest answer to a batch, in bytes.</summary>
    const int MaxAnswerLength = 1 << 20;

    /// <summary>Beside the documents of an answer, there is less than this.</summary>
    const int FrameLength = 1024;

    /// <summary>The answers that one batch may take.</summary>
    const int MaxPages = 20;

    /// <summary>The requests at once. Others wait.</summary>
    readonly SemaphoreSlim _turns = new(ServerLimits.MaxConcurrentMemberPages);

    readonly UpstreamConnection _connection;
    readonly CircuitBreaker _breaker;
    readonly string _name;
    readonly Uri _url;

    /// <param name="settings">How to reach the member. Its tokens must allow to read all projects.</param>
    /// <param name="url">The member's URL.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public MemberAdvisories(UpstreamSettings settings, Uri url, TimeProvider clock, ILogger logger)
    {
        (_name, _url) = (settings.Name, url);
        _connection = new UpstreamConnection(settings);
        _breaker = new CircuitBreaker(clock, logger);
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ImmutableArray<FoundAdvisory>>?> FindAsync(
        ImmutableArray<AdvisoryQuery> queries, IMemberGuard guard, CancellationToken cancellationToken)
    {
        var found = new List<FoundAdvisory>[queries.Length];
        var open = queries.Select((query, index) => (Index: index, Query: GetQuery(query))).ToList();
        for (var pages = 0; open.Count > 0; pages++)
        {
            if (pages == MaxPages)
                throw Unavailable($"{_name} has too many advisories for the query.");
            if (await AskAsync([.. open.Select(entry => entry.Query)], cancellationToken) is not { } results)
                return null;
            var next = new List<(int Index, OsvQuery Query)>();
            foreach (var ((index, query), result) in open.Zip(results))
            {
                (found[index] ??= []).AddRange((result.Found ?? []).Select(f => new FoundAdvisory(f.Id, f.Modified)));
                if (result.NextPageToken is { } token)
                    next.Add((index, query with { PageToken = token }));
            }
            open = next;
        }
        return [.. found.Select(advisories => advisories.ToImmutableArray())];
    }

    /// <inheritdoc/>
    public async ValueTask<AdvisoryContent?> ReadAsync(
        string id, IMemberGuard guard, CancellationToken cancellationToken)
    {
        return await SendAsync(
            HttpMethod.Get, $"osv/v1/vulns/{Uri.EscapeDataString(id)}", null, AdvisoryLimits.MaxAdvisoryLength,
            async content =>
            {
                var json = await content.ReadAsByteArrayAsync(cancellationToken);
                return new AdvisoryContent(json, AdvisoryReader.ReadProjects(json));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<AdvisoryContent>> ReadAliasedAsync(
        string alias, IMemberGuard guard, CancellationToken cancellationToken)
    {
        var found = await SendAsync(
            HttpMethod.Get, $"osv/v1/vulns/{Uri.EscapeDataString(alias)}?{IAdvisoryIndex.AliasedParameter}=true", null,
            ServerLimits.MaxAliasedAdvisoriesLength + FrameLength,
            async content => ReadDocuments(await content.ReadAsByteArrayAsync(cancellationToken)).ToList(),
            cancellationToken);
        return [.. found ?? []];
    }

    /// <summary>Reads the documents of an answer. An earlier server sends one, which has the id itself.</summary>
    static IEnumerable<AdvisoryContent> ReadDocuments(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        if (json.RootElement.ValueKind is not JsonValueKind.Object
            || !json.RootElement.TryGetProperty("vulns", out var documents)
            || documents.ValueKind is not JsonValueKind.Array)
        {
            yield break;
        }
        foreach (var document in documents.EnumerateArray())
        {
            var bytes = Encoding.UTF8.GetBytes(document.GetRawText());
            yield return new AdvisoryContent(bytes, AdvisoryReader.ReadProjects(bytes));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    static OsvQuery GetQuery(AdvisoryQuery query) => new()
    {
        Package = new OsvPackage { Ecosystem = AdvisoryReader.Ecosystem, Name = query.Project.Value },
        Version = query.Version,
    };

    /// <returns>The results, or null if the member says that it has no source of advisories.</returns>
    async Task<IReadOnlyList<OsvResult>?> AskAsync(IReadOnlyList<OsvQuery> queries, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            HttpMethod.Post, "osv/v1/querybatch",
            () => JsonContent.Create(new OsvBatch(queries), OsvServiceJson.Default.OsvBatch), MaxAnswerLength,
            content => content.ReadFromJsonAsync(OsvServiceJson.Default.OsvBatchAnswer, cancellationToken),
            cancellationToken);
        // An earlier server answers 404, and may have advisories.
        return answer is { Results: null } || answer?.Results?.Count == queries.Count
            ? answer.Results
            : throw Unavailable($"{_name} did not return its advisories.");
    }

    /// <returns>The answer of the member, or null if that is 404.</returns>
    async Task<T?> SendAsync<T>(
        HttpMethod method, string path, Func<HttpContent>? content, int maxLength, Func<HttpContent, Task<T>> read,
        CancellationToken cancellationToken)
        where T : class?
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            var (response, _) = await _connection.SendAsync(
                method, new Uri(_url, path), null, _breaker, SetHeaders, cancellationToken,
                request => request.Content = content?.Invoke());
            using (response)
            {
                if (response.StatusCode is HttpStatusCode.NotFound)
                    return null;
                if (response.StatusCode is not HttpStatusCode.OK)
                    throw Unavailable($"{_name} answered {(int)response.StatusCode}.");
                await response.Content.LoadIntoBufferAsync(maxLength, cancellationToken);
                return await read(response.Content);
            }
        }
        catch (Exception error) when (error is UpstreamUnavailableException or HttpRequestException or IOException
            or JsonException or ObjectDisposedException)
        {
            // A member of which something changed is disposed, and another takes its place.
            throw Unavailable($"{_name} did not return its advisories.");
        }
        finally
        {
            _turns.Release();
        }
    }

    static void SetHeaders(HttpRequestHeaders headers) => headers.Accept.ParseAdd("application/json");

    static RejectedException Unavailable(string why) => IAdvisoryIndex.Unavailable($"{why} Try again.");
}
