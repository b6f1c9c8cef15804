using System.Collections.Immutable;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Events;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources;

namespace PyRepo.Operator.Controllers;

/// <summary>Reads a resource's children, and the reports of its servers.</summary>
sealed class ObservationReader(ClusterCache cache, KubernetesClient client, ServerStatusClient serverStatus)
{
    /// <summary>Reads them as they are now.</summary>
    public async Task<Observation> ReadAsync(
        DeclaredResource resource, ReconcileInputs inputs, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(resource.Namespace, ChildNames.Server(resource.Name));
        var pods = cache.GetPods(ResourceKey.From(resource));
        return new Observation
        {
            Deployment = cache.GetServer(resource),
            PersistentVolumeClaimEvent = inputs.PersistentVolumeClaim is { Status.Phase: "Pending" } pending
                ? await EventOfAsync(pending, cancellationToken)
                : null,
            HasClaimConfigMap = ClaimedBucket.GetClaim(resource) is { } claim
                && cache.ReferencedConfigMaps.Find(new ObjectKey(resource.Namespace, claim.Name)) is not null,
            HasRoute = Own(cache.Ingresses.Find(key), resource) is not null
                || Own(cache.HttpRoutes.Find(key), resource) is not null,
            Pods = await serverStatus.GetStatusesAsync(pods, cancellationToken),
            Members = GetMembers(resource),
        };
    }

    /// <summary>The bytes of the file system with a repository, as its server measures it; null: not known.</summary>
    public async Task<long?> ReadFileSystemAsync(DeclaredResource resource, CancellationToken cancellationToken)
    {
        var key = ResourceKey.From(resource);
        var pods = await serverStatus.GetStatusesAsync(cache.GetPods(key), cancellationToken);
        return pods.SelectMany(pod => pod.Report?.Repositories ?? [])
            .Where(report => ServerSummary.IsOf(report, resource))
            .Max(report => report.Volume?.Size);
    }

    static T? Own<T>(T? child, DeclaredResource resource)
        where T : KubernetesObject =>
        child is not null && Ownership.IsOwnedBy(child.Metadata, resource) ? child : null;

    ImmutableArray<ObservedMember> GetMembers(DeclaredResource resource) => resource.Resource is RepositoryGroup whole
        ?
        [
            .. from member in whole.Spec.Members
               let kind = member.Kind.ToString()
               let found = cache.Find(kind, new ObjectKey(resource.Namespace, member.Name))
               select new ObservedMember(
                   kind, member.Name, found is not null,
                   found is null ? null : ResourceStatus.Read(found.Source.Status).Find(StatusConditions.Ready)),
        ]
        : [];

    /// <summary>The last message of a provisioner or the scheduler about a claim.</summary>
    /// <remarks>
    /// The same event again is counted in the first one, so there are few. Anybody in the namespace may write some, and
    /// so the first are enough.
    /// </remarks>
    async Task<string?> EventOfAsync(PersistentVolumeClaim pvc, CancellationToken cancellationToken)
    {
        var events = await client.ListAsync(
            ResourceTypes.Events, pvc.Metadata.Namespace,
            new ListOptions(
                FieldSelector: $"regarding.kind=PersistentVolumeClaim,regarding.name={pvc.Metadata.Name}",
                Limit: OperatorLimits.MaxEvents),
            () => TimeAndNote, cancellationToken);
        return events.Items
            .OrderBy(e => e.Series?.LastObservedTime ?? e.EventTime ?? e.Metadata.CreationTimestamp)
            .LastOrDefault()?.Note;
    }

    static Event TimeAndNote(Event whole) => new()
    {
        Metadata = new ObjectMeta { CreationTimestamp = whole.Metadata.CreationTimestamp },
        EventTime = whole.EventTime,
        Series = whole.Series,
        Note = whole.Note is { Length: > OperatorLimits.MaxTextLength } note
            ? note[..OperatorLimits.MaxTextLength]
            : whole.Note,
    };
}
