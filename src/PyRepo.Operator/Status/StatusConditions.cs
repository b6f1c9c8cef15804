using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;

namespace PyRepo.Operator.Status;

/// <summary>
/// The conditions of a resource. Ready sums them up: it is Unknown while something is pending, and False only for
/// faults. Reconciling and Stalled are there while they are true
/// (<see href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md">kstatus</see>).
/// </summary>
static class StatusConditions
{
    public const string Ready = "Ready";
    public const string Reconciling = "Reconciling";
    public const string Stalled = "Stalled";
    public const string StorageReady = "StorageReady";
    public const string ServerAvailable = "ServerAvailable";
    public const string IngressReady = "IngressReady";
    public const string UpstreamReachable = "UpstreamReachable";
    public const string MembersReady = "MembersReady";

    /// <summary>There if the spec asks for backups.</summary>
    public const string BackupReady = "BackupReady";

    /// <summary>There while it is true.</summary>
    public const string UnsupportedFields = "UnsupportedFields";

    /// <summary>There while it is true.</summary>
    public const string FilesHeld = "FilesHeld";

    /// <summary>There while it is true.</summary>
    public const string CacheLimitReached = "CacheLimitReached";

    /// <summary>There while it is true.</summary>
    public const string CompromisedFilesServed = "CompromisedFilesServed";

    static readonly string[] _ofChildren =
    [
        StorageReady, ServerAvailable, IngressReady, UpstreamReachable, MembersReady, BackupReady, UnsupportedFields,
        FilesHeld, CacheLimitReached, CompromisedFilesServed,
    ];

    public static ImmutableArray<Condition> Create(StatusInputs inputs, ResourceStatus previous)
    {
        var conditions = new ConditionList(previous, inputs.Resource.Generation, inputs.Cluster.Now);
        SetReady(conditions, inputs);
        if (inputs.Desired.Rejection is { } rejection)
        {
            // The children stay as they are, and so do their conditions.
            foreach (var type in _ofChildren)
            {
                if (!conditions.TryKeep(type) && type is ServerAvailable)
                    conditions.Set(type, "Unknown", rejection.Reason, "The resource was rejected.");
            }
            return conditions.All;
        }
        SetStorage(conditions, inputs, previous);
        SetServer(conditions, inputs);
        SetRoute(conditions, inputs);
        SetUpstream(conditions, inputs);
        SetMembers(conditions, inputs);
        BackupCondition.Set(conditions, inputs);
        SetUnsupportedFields(conditions, inputs.Servers);
        SetFilesHeld(conditions, inputs.Servers);
        SetCacheLimit(conditions, inputs.Servers);
        SetCompromisedFiles(conditions, inputs);
        return conditions.All;
    }

    static void SetReady(ConditionList conditions, StatusInputs inputs)
    {
        switch (Readiness.FirstFailure(inputs))
        {
            case { IsStalled: true } fault:
                conditions.Set(Ready, "False", fault.Reason, fault.Message);
                conditions.Set(Stalled, "True", fault.Reason, fault.Message);
                break;
            case { } pending:
                conditions.Set(Ready, "Unknown", pending.Reason, pending.Message);
                conditions.Set(Reconciling, "True", pending.Reason, pending.Message);
                break;
            case null when inputs.Resource.Spec is { Suspend: true }:
                conditions.Set(Ready, "True", Reason.Suspended,
                    "The server is stopped, and its data are retained. Set spec.suspend to false to start it again.");
                break;
            case null:
                SetServes(conditions, inputs);
                if (inputs.Desired.Wait is { } wait)
                    conditions.Set(Reconciling, "True", wait.Reason, wait.Message);
                break;
        }
    }

    static void SetServes(ConditionList conditions, StatusInputs inputs)
    {
        var message = $"Serves at {StatusWriter.GetUrl(inputs)}";
        if (inputs.Servers.UnsupportedFields is { IsEmpty: false } fields)
        {
            conditions.Set(
                Ready, "True", Reason.FieldsNotSupported, $"{message}, but without {string.Join(", ", fields)}");
        }
        else
            conditions.Set(Ready, "True", Reason.Ready, message);
    }

    /// <summary>Only the server knows which of its fields have an effect.</summary>
    static void SetUnsupportedFields(ConditionList conditions, ServerSummary servers)
    {
        if (servers.Version is null)
        {
            conditions.TryKeep(UnsupportedFields);
        }
        else if (!servers.UnsupportedFields.IsEmpty)
        {
            conditions.Set(UnsupportedFields, "True", Reason.FieldsNotSupported,
                "These fields have no effect yet. Leave them out, or use a server that supports them: "
                + string.Join(", ", servers.UnsupportedFields));
        }
    }

    static void SetFilesHeld(ConditionList conditions, ServerSummary servers)
    {
        if (servers.Repository is null)
        {
            conditions.TryKeep(FilesHeld);
        }
        else if (servers.Repository.Held is { Count: > 0 } held)
        {
            // A server that names no rules knows only this one.
            var rules = held.Rules.Count > 0 ? held.Rules : new Dictionary<string, int> { ["provenance"] = held.Count };
            conditions.Set(
                FilesHeld, "True",
                rules.ContainsKey("guard") ? Reason.SignsOfAttack : Reason.PublisherNotProved,
                (held.Count == 1 ? "A file is hidden" : $"{held.Count} files are hidden")
                    + $" by the policy ({string.Join(", ", rules.OrderBy(rule => rule.Key, StringComparer.Ordinal)
                        .Select(rule => $"{rule.Key} {rule.Value}"))}): " + string.Join(' ', held.First));
        }
    }

    static void SetCacheLimit(ConditionList conditions, ServerSummary servers)
    {
        if (servers.Repository is null)
            conditions.TryKeep(CacheLimitReached);
        else if (servers.Repository.CacheLimit is { } limit)
            conditions.Set(CacheLimitReached, "True", Reason.CacheLimitReached, limit);
    }

    static void SetCompromisedFiles(ConditionList conditions, StatusInputs inputs)
    {
        // Null: it is not known yet, perhaps because the pods have just begun.
        if (inputs.Servers.Repository?.Compromised is not { } found)
        {
            conditions.TryKeep(CompromisedFilesServed);
        }
        else if (found is { Releases: > 0, First: [var first, ..] })
        {
            conditions.Set(CompromisedFilesServed, "True", Reason.CompromisedFilesServed,
                $"{Count(found.Downloads, "download")} of {Count(found.Releases, "release")} that advisories name: "
                + $"{string.Join(", ", found.First)}. To list who has them: pyrepo recall {first} --url "
                + $"{StatusWriter.GetUrl(inputs)}");
        }
    }

    static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    static void SetStorage(ConditionList conditions, StatusInputs inputs, ResourceStatus previous)
    {
        if (inputs.Resource.Stored is not { } spec)
            return;
        if (Readiness.FirstFailure(inputs, CheckTopic.Storage) is { } result)
            conditions.Set(StorageReady, GetStatus(result), result.Reason, result.Message);
        else if (spec.Storage.Bucket is not null && inputs.Servers is not { IsComplete: true, IsReady: true })
        {
            conditions.Set(StorageReady, "Unknown", Reason.NotReportedYet,
                "The server has not reported yet whether it can use the bucket.");
        }
        else if (StorageChecks.AllowsOneReplicaOnly(inputs))
        {
            conditions.Set(StorageReady, "True", Reason.OneReplicaOnly,
                "The bucket is ready, but its service ignores conditional writes, which replicas need: leave "
                + "spec.server.replicas at 1.");
        }
        else if (spec.Storage.Ephemeral is not null)
            conditions.Set(StorageReady, "True", Reason.Ephemeral, "The data are lost when the pod ends.");
        else if (StorageChecks.FindGrowth(inputs) is { } growth)
        {
            conditions.Set(StorageReady, "True", Reason.Growing,
                $"The volume is being expanded from {growth.From} to {growth.To}.");
        }
        else if (StorageChecks.FindGrowthRefusal(inputs) is { } refusal)
            conditions.Set(StorageReady, "True", Reason.GrowthRefused, refusal);
        else if (inputs.GetGrowth(StorageChecks.GetGrowthBefore(inputs, previous)) is { } own)
            SetOwnGrowth(conditions, own);
        else
            conditions.Set(StorageReady, "True", Reason.Ready, "The storage is ready.");
    }

    /// <summary>The volume has the size that its claim asks for, and grows by itself.</summary>
    static void SetOwnGrowth(ConditionList conditions, VolumeGrowth growth)
    {
        var (reason, message) = growth.State switch
        {
            GrowthState.Growing => (Reason.Growing,
                $"The volume has {growth.Size}, and its file system is as large as before, by what the server measured "
                + "last."),
            GrowthState.AtMax => (Reason.VolumeAtMax,
                $"The volume has {growth.Size}, the most that autoGrow.max allows, and fills up. Raise "
                + "spec.storage.persistentVolumeClaim.autoGrow.max, or keep less data."),
            _ => (Reason.Ready, "The storage is ready."),
        };
        conditions.Set(StorageReady, "True", reason, message);
    }

    static void SetServer(ConditionList conditions, StatusInputs inputs)
    {
        if (inputs.Resource.Spec is { Suspend: true })
            conditions.Set(ServerAvailable, "False", Reason.Suspended, "The server is stopped.");
        else if (inputs.Observed.Deployment?.Status?.AvailableReplicas > 0)
            conditions.Set(ServerAvailable, "True", Reason.Available, "At least one pod accepts requests.");
        else if (Readiness.FirstFailure(inputs, CheckTopic.Server) is { } result)
            conditions.Set(ServerAvailable, GetStatus(result), result.Reason, result.Message);
        else
            conditions.Set(ServerAvailable, "Unknown", Reason.Starting, "No pod accepts requests yet.");
    }

    static void SetRoute(ConditionList conditions, StatusInputs inputs)
    {
        if (!RouteChecks.AsksForRoute(inputs))
            return;
        if (Readiness.FirstFailure(inputs, CheckTopic.Route) is { } result)
            conditions.Set(IngressReady, GetStatus(result), result.Reason, result.Message);
        else
            conditions.Set(IngressReady, "True", Reason.Ready, GetNote(inputs) ?? "The Ingress or HTTPRoute exists.");
    }

    static string? GetNote(StatusInputs inputs) => inputs.Resource.Spec?.Ingress is null
        ? null
        : IngressManifest.GetIngressController(inputs.Cluster, inputs.Settings).Note;

    static void SetUpstream(ConditionList conditions, StatusInputs inputs)
    {
        if (inputs.Resource.Resource is not ProxyRepository)
            return;
        switch (inputs.Servers.Repository?.Upstream)
        {
            case { Reachable: true }:
                conditions.Set(UpstreamReachable, "True", Reason.Reachable, "The upstream responds.");
                break;
            case { Reachable: false, LastError: var why }:
                conditions.Set(UpstreamReachable, "False", Reason.Unreachable,
                    $"{why ?? "The upstream does not respond."} Cached projects and files are served in the meantime.");
                break;
            case null when !conditions.TryKeep(UpstreamReachable):
                conditions.Set(UpstreamReachable, "Unknown", Reason.NotReportedYet,
                    "The server has not reported yet whether it can reach the upstream.");
                break;
        }
    }

    static void SetMembers(ConditionList conditions, StatusInputs inputs)
    {
        if (inputs.Resource.Resource is not RepositoryGroup)
            return;
        var missing = inputs.Observed.Members.Where(m => !m.Exists).ToList();
        var unready = inputs.Observed.Members.Where(m => m is { Exists: true } and not { Ready.IsTrue: true }).ToList();
        if (missing.Count > 0)
            conditions.Set(MembersReady, "False", Reason.MemberNotFound, $"Missing: {Names(missing)}.");
        else if (unready.Count > 0)
            conditions.Set(MembersReady, "False", Reason.MemberNotReady, $"Not ready: {Names(unready)}.");
        else
            conditions.Set(MembersReady, "True", Reason.Ready, "All members are ready.");
    }

    static string Names(IEnumerable<ObservedMember> members) =>
        string.Join(", ", members.Select(m => $"{m.Kind} {m.Name}"));

    static string GetStatus(CheckResult result) => result.IsStalled ? "False" : "Unknown";
}
