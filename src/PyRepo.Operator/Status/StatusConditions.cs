using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;

namespace PyRepo.Operator.Status;

/// <summary>
/// The conditions of a resource. Ready sums up: Unknown while something is on its way, False only for faults; Reconciling and
/// Stalled are there while they are true (kstatus).
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

    public static ImmutableArray<Condition> Of(Facts facts, ResourceStatus previous)
    {
        var conditions = new ConditionList(previous, facts.Resource.Generation, facts.Around.Now);
        SetReady(conditions, facts);
        if (facts.Desired.Refusal is { } refusal)
        {
            // The children stay as they are, and so does what is known of them.
            foreach (var type in (string[])[StorageReady, ServerAvailable, IngressReady, UpstreamReachable, MembersReady])
            {
                if (!conditions.TryKeep(type) && type is ServerAvailable)
                    conditions.Set(type, "Unknown", refusal.Reason, "The resource is not in force.");
            }
            return conditions.All;
        }
        SetStorage(conditions, facts);
        SetServer(conditions, facts);
        SetRoute(conditions, facts);
        SetUpstream(conditions, facts);
        SetMembers(conditions, facts);
        return conditions.All;
    }

    static void SetReady(ConditionList conditions, Facts facts)
    {
        switch (Readiness.First(facts))
        {
            case { IsFault: true } fault:
                conditions.Set(Ready, "False", fault.Reason, fault.Message);
                conditions.Set(Stalled, "True", fault.Reason, fault.Message);
                break;
            case { } onTheWay:
                conditions.Set(Ready, "Unknown", onTheWay.Reason, onTheWay.Message);
                conditions.Set(Reconciling, "True", onTheWay.Reason, onTheWay.Message);
                break;
            case null when facts.Resource.Spec is { Suspend: true }:
                conditions.Set(Ready, "True", "Suspended",
                    "The server is stopped, the data are kept. Set spec.suspend to false to go on.");
                break;
            case null:
                conditions.Set(Ready, "True", "Ready", $"Serves at {StatusWriter.UrlOf(facts.Resource)}");
                if (facts.AwaitsRollout)
                    conditions.Set(Reconciling, "True", "AwaitsRollout", "A new server image is rolled out to others first.");
                break;
        }
    }

    static void SetStorage(ConditionList conditions, Facts facts)
    {
        if (facts.Resource.Stored is not { } spec)
            return;
        if (Readiness.First(facts, CheckTopic.Storage) is { } finding)
            conditions.Set(StorageReady, StatusOf(finding), finding.Reason, finding.Message);
        else if (spec.Storage.Bucket is not null && facts.Servers is not { IsComplete: true, IsReady: true })
            conditions.Set(StorageReady, "Unknown", "NotAskedYet", "The server has not yet said whether the bucket answers.");
        else if (spec.Storage.Ephemeral is not null)
            conditions.Set(StorageReady, "True", "Ephemeral", "The data go with the pod.");
        else if (StorageChecks.IsGrowing(facts))
            conditions.Set(StorageReady, "True", "Growing", "A larger volume is on its way.");
        else
            conditions.Set(StorageReady, "True", "Ready", "The data have their place.");
    }

    static void SetServer(ConditionList conditions, Facts facts)
    {
        if (facts.Resource.Spec is { Suspend: true })
            conditions.Set(ServerAvailable, "False", "Suspended", "The server is stopped.");
        else if (facts.Observed.Deployment?.Status?.AvailableReplicas > 0)
            conditions.Set(ServerAvailable, "True", "Available", "At least one pod takes requests.");
        else if (Readiness.First(facts, CheckTopic.Server) is { } finding)
            conditions.Set(ServerAvailable, StatusOf(finding), finding.Reason, finding.Message);
        else
            conditions.Set(ServerAvailable, "Unknown", "Starting", "No pod takes requests yet.");
    }

    static void SetRoute(ConditionList conditions, Facts facts)
    {
        if (!RouteChecks.Routes(facts))
            return;
        if (Readiness.First(facts, CheckTopic.Route) is { } finding)
            conditions.Set(IngressReady, StatusOf(finding), finding.Reason, finding.Message);
        else
            conditions.Set(IngressReady, "True", "Ready", NoteOf(facts) ?? "The route is there.");
    }

    static string? NoteOf(Facts facts) => facts.Resource.Spec?.Ingress is null
        ? null
        : IngressManifest.ControllerOf(facts.Around, facts.Settings).Note;

    static void SetUpstream(ConditionList conditions, Facts facts)
    {
        if (facts.Resource.Resource is not ProxyRepository)
            return;
        switch (facts.Servers.Repository?.Upstream)
        {
            case { Reachable: true }:
                conditions.Set(UpstreamReachable, "True", "Reachable", "Upstream answers.");
                break;
            case { Reachable: false, LastError: var why }:
                conditions.Set(UpstreamReachable, "False", "Unreachable",
                    $"{why ?? "Upstream does not answer."} What is kept is served meanwhile.");
                break;
            case null when !conditions.TryKeep(UpstreamReachable):
                conditions.Set(UpstreamReachable, "Unknown", "NotAskedYet",
                    "The server has not yet said whether upstream answers.");
                break;
        }
    }

    static void SetMembers(ConditionList conditions, Facts facts)
    {
        if (facts.Resource.Resource is not RepositoryGroup)
            return;
        var missing = facts.Observed.Members.Where(m => !m.Exists).ToList();
        var unready = facts.Observed.Members.Where(m => m is { Exists: true } and not { Ready.IsTrue: true }).ToList();
        if (missing.Count > 0)
            conditions.Set(MembersReady, "False", "MemberNotFound", $"Not there: {Names(missing)}.");
        else if (unready.Count > 0)
            conditions.Set(MembersReady, "False", "MemberNotReady", $"Not ready: {Names(unready)}.");
        else
            conditions.Set(MembersReady, "True", "Ready", "All members are ready.");
    }

    static string Names(IEnumerable<ObservedMember> members) => string.Join(", ", members.Select(m => $"{m.Kind} {m.Name}"));

    static string StatusOf(Finding finding) => finding.IsFault ? "False" : "Unknown";
}
