using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary><c>api/v1/statistics</c>: how often what the caller may read was downloaded.</summary>
sealed class StatisticsEndpoint(TimeProvider clock)
{
    /// <summary>Sends the sums as JSON or CSV. Those of a group are the sums of its members.</summary>
    public async Task ShowAsync(RepositoryRequest request)
    {
        var query = StatisticsParameters.Read(
            request.Context.Request.Query, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        var isCsv = StatisticsParameters.IsForCsv(request.Context.Request);
        var (reports, notCounted) = await ReadableStatistics.ReadAsync(request, query);
        await SendAsync(
            request, isCsv ? "text/csv; charset=utf-8; header=present" : "application/json",
            isCsv ? StatisticsCsv.Write(reports[0])
                : StatisticsResponse.Write(reports[0], request.Repository.Name, notCounted));
    }

    static async Task SendAsync(RepositoryRequest request, string type, byte[] body)
    {
        var response = request.Context.Response;
        response.ContentType = type;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = "Accept";
        if (!request.IsHead)
            await BytesSender.SendAsync(request.Context, body, request.Aborted);
    }
}
