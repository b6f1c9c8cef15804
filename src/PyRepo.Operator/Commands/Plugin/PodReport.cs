using System.Text.Json.Nodes;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>A pod, with the report of its server if it gives one.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Status">The document at <c>/status</c>, or null.</param>
/// <param name="Failure">Why there is none.</param>
sealed record PodReport(JsonNode Pod, byte[]? Status, string? Failure)
{
    const int ManagementPort = 8081;
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    /// <summary>The pod's name.</summary>
    public string Name => (string?)Pod["metadata"]?["name"] ?? "";

    /// <summary>The report, or null if there is none, or it is not a server's.</summary>
    public ServerReport? Report { get; } = Status is null ? null : ServerReport.Read(Status);

    /// <summary>Asks all pods of a repository.</summary>
    public static async Task<IReadOnlyList<PodReport>> ReadAsync(
        FoundResource resource, CancellationToken cancellationToken)
    {
        var pods = await resource.GetChildrenAsync("pods", cancellationToken);
        return await Task.WhenAll(pods.Select(pod => ReadAsync(resource, pod, cancellationToken)));
    }

    static async Task<PodReport> ReadAsync(FoundResource resource, JsonNode pod, CancellationToken cancellationToken)
    {
        try
        {
            using var forward = await resource.Kubectl.ForwardAsync(
                resource.Namespace, $"pod/{pod["metadata"]?["name"]}", ManagementPort, 0, cancellationToken);
            using var http = forward.CreateClient(ReportSize.MaxLength);
            http.Timeout = _timeout;
            return new(pod, await http.GetByteArrayAsync(new Uri("status", UriKind.Relative), cancellationToken), null);
        }
        catch (Exception error) when (error is KubectlException or HttpRequestException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new(pod, null, error.Message);
        }
    }
}
