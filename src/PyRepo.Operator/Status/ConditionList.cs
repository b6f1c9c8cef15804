using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Status;

/// <summary>
/// Builds the conditions of a status. The time of a condition changes only with its status, as the
/// <see href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md">API
/// conventions</see> ask for.
/// </summary>
sealed class ConditionList(ResourceStatus previous, long generation, DateTimeOffset now)
{
    /// <summary>The API accepts no longer messages.</summary>
    const int MaxMessageLength = 8192;

    readonly List<Condition> _conditions = [];

    /// <summary>The conditions that were set, in that order.</summary>
    public ImmutableArray<Condition> All => [.. _conditions];

    /// <summary>Sets a condition.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="status">True, False or Unknown.</param>
    /// <param name="reason">Why.</param>
    /// <param name="message">The message for people.</param>
    public void Set(string type, string status, Reason reason, string message)
    {
        var before = previous.Find(type);
        _conditions.Add(new Condition
        {
            Type = type,
            Status = status,
            ObservedGeneration = generation,
            LastTransitionTime = before?.Status == status && before.LastTransitionTime is { } since
                ? since : StatusWriter.Seconds(now),
            Reason = reason,
            Message = message.Length > MaxMessageLength ? message[..MaxMessageLength] + "…" : message,
        });
    }

    /// <summary>Keeps a condition as it was; false where there was none.</summary>
    public bool TryKeep(string type)
    {
        if (previous.Find(type) is not { } condition)
            return false;
        _conditions.Add(condition);
        return true;
    }

    /// <summary>
    /// Keeps all conditions of the previous status but <c>Ready</c>, <c>Reconciling</c> and <c>Stalled</c>.
    /// </summary>
    public void KeepOthers()
    {
        foreach (var other in previous.Conditions.Where(c => c.Type is not (
            StatusConditions.Ready or StatusConditions.Reconciling or StatusConditions.Stalled)))
        {
            TryKeep(other.Type);
        }
    }
}
