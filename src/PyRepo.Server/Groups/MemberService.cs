using System.Net;
using System.Net.Http.Headers;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Access;

namespace PyRepo.Server.Groups;

/// <summary>Another server that serves a member: how it is called.</summary>
/// <param name="url">Its base URL; ends with a slash.</param>
/// <param name="audience">What its tokens are for: <c>namespace/name</c>.</param>
/// <param name="tokens">Signs them.</param>
/// <param name="client">Sends requests.</param>
sealed class MemberService(Uri url, string audience, MemberTokens tokens, HttpMessageInvoker client)
{
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);
    const string Json = "application/vnd.pypi.simple.v1+json";

    /// <summary>The page of a project, with the URLs of its files absolute; null: there is no such project.</summary>
    /// <exception cref="HttpRequestException">The member did not answer, or not usefully.</exception>
    public async Task<(ProjectPage Page, string ETag)?> GetProjectAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var page = new Uri(url, $"simple/{project.Value}/");
        using var limit = Limit(cancellationToken);
        using var answer = await SendAsync(HttpMethod.Get, page, project, Json, null, limit.Token);
        if (answer.StatusCode is HttpStatusCode.NotFound)
            return null;
        EnsureIsOk(answer, HttpStatusCode.OK);
        await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
        return (await SimpleJson.ReadProjectAsync(body, page, limit.Token), answer.Headers.ETag?.Tag ?? "");
    }

    /// <summary>The names of all projects.</summary>
    /// <exception cref="HttpRequestException">The member did not answer, or not usefully.</exception>
    public async Task<(ProjectList List, string ETag)> ListAsync(CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        using var answer = await SendAsync(HttpMethod.Get, new Uri(url, "simple/"), null, Json, null, limit.Token);
        EnsureIsOk(answer, HttpStatusCode.OK);
        await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
        return (await SimpleJson.ReadListAsync(body, limit.Token), answer.Headers.ETag?.Tag ?? "");
    }

    /// <summary>Opens a file from an offset on. The caller disposes the answer.</summary>
    /// <exception cref="HttpRequestException">The member did not answer, or not usefully.</exception>
    public async Task<HttpResponseMessage> OpenAsync(
        Uri file, ProjectName project, long offset, HttpMethod method, CancellationToken cancellationToken)
    {
        var range = offset > 0 ? new RangeHeaderValue(offset, null) : null;
        var answer = await SendAsync(method, file, project, null, range, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NotFound)
            return answer;
        EnsureIsOk(answer, range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent);
        return answer;
    }

    /// <summary>A sentence that tells which member can't be asked, and why.</summary>
    public string OutageReason(Exception error) => $"The member '{audience}' can't be asked: {error.GetBaseException().Message}";

    async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri target, ProjectName? project, string? accept, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, target);
        var token = tokens.Sign(audience, null, AccessAction.Read, project?.Value);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Range = range;
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request, cancellationToken);
    }

    static CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        return limit;
    }

    static void EnsureIsOk(HttpResponseMessage answer, HttpStatusCode expected)
    {
        if (answer.StatusCode == expected)
            return;
        var status = answer.StatusCode;
        answer.Dispose();
        throw new HttpRequestException($"A member answered {(int)status}.", null, status);
    }
}
