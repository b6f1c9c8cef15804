using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Status;

/// <summary>Decides which changes of a status are told as events.</summary>
static class StatusEvents
{
    /// <summary>Returns the events that tell what has become different.</summary>
    public static IEnumerable<StatusEvent> Between(ResourceStatus before, ResourceStatus now) =>
    [
        .. OfReady(before, now), .. OfGrowth(before, now), .. OfUpstream(before, now),
        .. OfHolds(before, now), .. OfRecall(before, now), .. OfBackups(before, now), .. OfRestoring(before, now),
        .. OfMemory(before, now),
    ];

    /// <summary>The resource became ready, or is not for another reason than before.</summary>
    static IEnumerable<StatusEvent> OfReady(ResourceStatus before, ResourceStatus now)
    {
        var (was, isNow) = Find(StatusConditions.Ready, before, now);
        if (isNow is not null && (was?.Status != isNow.Status || was.Reason != isNow.Reason))
            yield return new(GetType(isNow), isNow.Reason ?? "Reconciled", "Reconcile", isNow.Message ?? "");
    }

    static IEnumerable<StatusEvent> OfGrowth(ResourceStatus before, ResourceStatus now)
    {
        var (was, isNow) = Find(StatusConditions.StorageReady, before, now);
        if (!Is(was, Reason.Growing) && Is(isNow, Reason.Growing))
            yield return new(EventType.Normal, Reason.Growing, "Grow", isNow?.Message ?? "");
        else if (Is(was, Reason.Growing) && isNow is { IsTrue: true } && !Is(isNow, Reason.Growing))
            yield return new(EventType.Normal, Reason.Grown, "Grow", "The volume has its new size.");
        foreach (var fault in new[] { Reason.VolumeAtMax, Reason.GrowthRefused })
        {
            if (!Is(was, fault) && Is(isNow, fault))
                yield return new(EventType.Warning, fault, "Grow", isNow?.Message ?? "");
        }
    }

    static IEnumerable<StatusEvent> OfUpstream(ResourceStatus before, ResourceStatus now)
    {
        var (was, isNow) = Find(StatusConditions.UpstreamReachable, before, now);
        if (isNow is null || isNow.Status == was?.Status)
            yield break;
        if (isNow.Status == "False" || was is { Status: "False" })
            yield return new(GetType(isNow), isNow.Reason ?? Reason.Reachable, "Fetch", isNow.Message ?? "");
    }

    /// <summary>A policy holds other files than before, or none any more.</summary>
    static IEnumerable<StatusEvent> OfHolds(ResourceStatus before, ResourceStatus now)
    {
        var (was, isNow) = Find(StatusConditions.FilesHeld, before, now);
        if (isNow is not null && was?.Message != isNow.Message)
        {
            yield return new(
                EventType.Warning, isNow.Reason ?? StatusConditions.FilesHeld, "Hold", isNow.Message ?? "");
        }
        else if (isNow is null && was is not null)
            yield return new(EventType.Normal, Reason.HoldsEnded, "Hold", "No file is held.");
    }

    /// <summary>
    /// Clients have what advisories name. That more of them do is no other event, but other releases are.
    /// </summary>
    static IEnumerable<StatusEvent> OfRecall(ResourceStatus before, ResourceStatus now)
    {
        var (was, isNow) = Find(StatusConditions.CompromisedFilesServed, before, now);
        if (isNow is not null && GetReleases(was) != GetReleases(isNow))
        {
            yield return new(
                EventType.Warning, isNow.Reason ?? StatusConditions.CompromisedFilesServed, "Recall",
                isNow.Message ?? "");
        }
    }

    /// <summary>More memory is recommended than before.</summary>
    static IEnumerable<StatusEvent> OfMemory(ResourceStatus before, ResourceStatus now)
    {
        if (now.Recommendation is { Memory: { } memory } recommended && memory != before.Recommendation?.Memory)
        {
            yield return new(
                EventType.Normal, Reason.MemoryRecommended, "Recommend",
                $"{recommended.Message} A limit of {memory} is recommended.");
        }
        if (now.Recommendation is { Refused: { } refused, Had: var had } && refused != before.Recommendation?.Refused)
        {
            yield return new(
                EventType.Warning, Reason.MemoryRefused, "Roll",
                $"No node or quota takes pods with {refused} of memory, so they have {had} again. Make room, then take "
                + "spec.server.autoMemory out and write it again; or lower its max.");
        }
    }

    /// <summary>Returns a message without the number at its beginning, or null if there is none.</summary>
    static string? GetReleases(Condition? condition) =>
        condition?.Message is { } message ? message[(message.IndexOf(" of ", StringComparison.Ordinal) + 1)..] : null;

    /// <summary>There is a new backup, one was read back, or the last attempt failed for another reason.</summary>
    static IEnumerable<StatusEvent> OfBackups(ResourceStatus before, ResourceStatus now)
    {
        var (was, isNow) = Find(StatusConditions.BackupReady, before, now);
        if (isNow is null)
            yield break;
        if (isNow.Status == "False" && (was?.Reason, was?.Message) != (isNow.Reason, isNow.Message))
        {
            yield return new(
                EventType.Warning, isNow.Reason ?? Reason.BackupFailed, "BackUp", isNow.Message ?? "");
        }
        else if (now.Backup?.Name is { } name && name != before.Backup?.Name)
            yield return new(EventType.Normal, Reason.BackedUp, "BackUp", $"The backup {name} was made.");
        if (now.Backup?.Verified is { } verified && verified != before.Backup?.Verified && before.Backup is not null)
        {
            yield return new(
                EventType.Normal, Reason.BackupVerified, "BackUp", "A backup was read back, and is whole.");
        }
    }

    static IEnumerable<StatusEvent> OfRestoring(ResourceStatus before, ResourceStatus now)
    {
        if (now.Restored is { } restored && before.Restored is null)
        {
            yield return new(
                EventType.Normal, Reason.Restored, "Restore",
                $"The backup {restored.Backup} is restored.");
        }
    }

    static (Condition? Before, Condition? Now) Find(string type, ResourceStatus before, ResourceStatus now) =>
        (before.Find(type), now.Find(type));

    static bool Is(Condition? condition, Reason reason) => condition?.Reason == reason;

    static EventType GetType(Condition condition) =>
        condition.Status == "False" ? EventType.Warning : EventType.Normal;
}

/// <summary>An event about a resource.</summary>
/// <param name="Type">Whether it is a warning.</param>
/// <param name="Reason">The reason, in one word.</param>
/// <param name="Action">The action of the operator, or of somebody else, that it is about.</param>
/// <param name="Note">The message for people.</param>
readonly record struct StatusEvent(EventType Type, string Reason, string Action, string Note);
