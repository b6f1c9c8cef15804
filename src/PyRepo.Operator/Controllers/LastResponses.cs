using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Limits;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// How each pod responded last. Reports are kept as the texts that they came in, which take what their length says, and
/// those of one namespace up to <see cref="OperatorLimits.MaxKeptReports"/>.
/// </summary>
sealed class LastResponses
{
    readonly Lock _lock = new();
    readonly Dictionary<string, LastResponse> _responses = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _lengths = new(StringComparer.Ordinal);

    /// <summary>How a pod responded last; null: it was not asked yet, or there was no room.</summary>
    public LastResponse? Find(Pod pod)
    {
        lock (_lock)
            return _responses.GetValueOrDefault(pod.Metadata.Uid ?? "");
    }

    /// <summary>Remembers a response, unless there is no room for it.</summary>
    public void Set(Pod pod, LastResponse response)
    {
        lock (_lock)
        {
            Remove(pod);
            var ns = pod.Key.Namespace;
            var length = _lengths.GetValueOrDefault(ns) + response.Length;
            if (length > OperatorLimits.MaxKeptReports)
                return;
            _responses[pod.Metadata.Uid ?? ""] = response;
            if (length > 0)
                _lengths[ns] = length;
        }
    }

    /// <summary>Forgets a pod.</summary>
    public void Forget(Pod pod)
    {
        lock (_lock)
            Remove(pod);
    }

    void Remove(Pod pod)
    {
        if (!_responses.Remove(pod.Metadata.Uid ?? "", out var response) || response.Length == 0)
            return;
        var ns = pod.Key.Namespace;
        if ((_lengths[ns] -= response.Length) == 0)
            _lengths.Remove(ns);
    }
}

/// <summary>How a pod responded.</summary>
/// <param name="At">When it sent the report, or when it began to fail.</param>
/// <param name="Report">The report of its server, as JSON; null: it failed.</param>
/// <param name="Failure">Why there is no report; null: there is one.</param>
sealed record LastResponse(DateTimeOffset At, byte[]? Report, string? Failure = null)
{
    /// <summary>The length of the report.</summary>
    public int Length => Report?.Length ?? 0;
}
