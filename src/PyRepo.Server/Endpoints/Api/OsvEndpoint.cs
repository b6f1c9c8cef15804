using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>
/// The repository as an <see href="https://google.github.io/osv.dev/api/">OSV service</see>, for auditors. Answers
/// follow grants: they say nothing about a project that the caller may not read.
/// </summary>
static class OsvEndpoint
{
    const string QueryForm = """{"package": {"ecosystem": "PyPI", "name": "acme"}, "version": "1.0"}""";

    /// <summary>As many queries are answered together. In between it is decided whether the answer is long enough.
    /// </summary>
    const int QueriesAtOnce = 100;

    /// <summary>POST <c>v1/query</c>: the documents of all advisories about a version, or a project.</summary>
    public static async Task QueryAsync(RepositoryRequest request)
    {
        var readable = ReadableAdvisories.Of(request);
        var body = await JsonBody.ReadAsync(
            request.Context, OsvServiceJson.Default.OsvQuery, QueryForm, ServerLimits.MaxOsvBodyLength);
        var query = ParsedQuery.Read(body);
        var found = query.Asked is { } asked ? (await readable.FindAsync([asked]))[0] : [];
        readable.RequireCredentialsIfDenied();
        var page = OsvPage.Of(found, query.After, OsvPage.MaxLength);
        var answer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(answer))
        {
            json.WriteStartObject();
            if (page.Found.Length > 0)
                await WriteDocumentsAsync(json, page, readable);
            json.WriteEndObject();
        }
        await SendAsync(request, answer.WrittenMemory);
    }

    /// <summary>POST <c>v1/querybatch</c>: the ids of the advisories about each of several versions.</summary>
    public static async Task QueryBatchAsync(RepositoryRequest request)
    {
        if (request.Repository.Advisories is null && GroupRequest.Sent(request.Context))
        {
            // The group goes on without this member. A 404 may be that of an earlier server.
            await SendAsync(request, JsonSerializer.SerializeToUtf8Bytes(
                new OsvBatchAnswer(null), OsvServiceJson.Default.OsvBatchAnswer));
            return;
        }
        var readable = ReadableAdvisories.Of(request);
        var body = await JsonBody.ReadAsync(
            request.Context, OsvServiceJson.Default.OsvBatch, $$"""{"queries": [{{QueryForm}}]}""",
            ServerLimits.MaxOsvBodyLength);
        var queries = (body.Queries ?? []).Select(ParsedQuery.Read).ToList();
        if (queries.Count > ServerLimits.MaxOsvQueries)
        {
            throw new RejectedException(
                RejectionReason.Invalid,
                $"There are {queries.Count} queries. Send at most {ServerLimits.MaxOsvQueries} in one request.");
        }
        var results = new List<OsvResult>(queries.Count);
        var left = OsvPage.MaxLengthOfBatch;
        foreach (var chunk in queries.Chunk(QueriesAtOnce))
        {
            foreach (var page in await AnswerAsync(chunk, left, readable))
            {
                left -= page.Found.Length;
                results.Add(page.ToResult());
            }
        }
        readable.RequireCredentialsIfDenied();
        await SendAsync(
            request, JsonSerializer.SerializeToUtf8Bytes(
                new OsvBatchAnswer(results), OsvServiceJson.Default.OsvBatchAnswer));
    }

    /// <summary>GET <c>v1/vulns/{id}</c>: the document of an advisory.</summary>
    /// <exception cref="RejectedException">404: there is none that the caller may read.</exception>
    public static async Task ShowAsync(RepositoryRequest request, string id)
    {
        var readable = ReadableAdvisories.Of(request);
        if (GroupRequest.Sent(request.Context)
            && request.Context.Request.Query.ContainsKey(IAdvisoryIndex.AliasedParameter))
        {
            var aliased = await readable.ReadAliasedAsync(id);
            readable.RequireCredentialsUnlessPublic();
            await SendAliasedAsync(request, aliased);
            return;
        }
        if (await readable.ReadAsync(new FoundAdvisory(id, null)) is { } content)
        {
            await SendAsync(request, content.Json);
            return;
        }
        readable.RequireCredentialsUnlessPublic();
        throw new RejectedException(
            RejectionReason.NotFound, $"There is no advisory '{id}' in '{request.Repository.Name}'.");
    }

    /// <summary>Answers some queries. If there is nothing left for an answer, it is on the next page.</summary>
    static async Task<IEnumerable<OsvPage>> AnswerAsync(
        ParsedQuery[] queries, int left, ReadableAdvisories readable)
    {
        if (left <= 0)
            return queries.Select(query => OsvPage.Later(query.After));
        var asked = queries.Select((query, index) => (query.Asked, index)).Where(q => q.Asked is not null).ToList();
        var found = await readable.FindAsync([.. asked.Select(q => q.Asked!.Value)]);
        var byQuery = new OsvPage[queries.Length];
        Array.Fill(byQuery, OsvPage.Empty);
        foreach (var ((_, index), advisories) in asked.Zip(found))
        {
            byQuery[index] = OsvPage.Of(advisories, queries[index].After, Math.Min(left, OsvPage.MaxLength));
            left -= byQuery[index].Found.Length;
        }
        return byQuery;
    }

    static async Task WriteDocumentsAsync(Utf8JsonWriter json, OsvPage page, ReadableAdvisories readable)
    {
        var (last, isCut) = ("", false);
        json.WriteStartArray("vulns");
        foreach (var advisory in page.Found)
        {
            if (isCut = json.BytesCommitted + json.BytesPending > ServerLimits.MaxOsvPageLength)
                break;
            last = advisory.Id;
            // A database that was replaced meanwhile may have it no more.
            if (await readable.ReadAsync(advisory) is { } content)
                json.WriteRawValue(content.Json, skipInputValidation: true);
        }
        json.WriteEndArray();
        if ((isCut ? last : page.NextToken) is { } token)
            json.WriteString("next_page_token", token);
    }

    static async Task SendAliasedAsync(RepositoryRequest request, IReadOnlyList<AdvisoryContent> documents)
    {
        var answer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(answer))
        {
            json.WriteStartObject();
            json.WriteStartArray("vulns");
            foreach (var document in documents)
                json.WriteRawValue(document.Json, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        await SendAsync(request, answer.WrittenMemory);
    }

    static Task SendAsync(RepositoryRequest request, ReadOnlyMemory<byte> body)
    {
        request.Context.Response.Headers.XContentTypeOptions = "nosniff";
        return JsonBody.SendAsync(request.Context, StatusCodes.Status200OK, body);
    }
}
