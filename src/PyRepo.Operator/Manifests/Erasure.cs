using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>The next step for a deleted resource whose bucket's data go with it, and a message for people.</summary>
/// <param name="Step">The step.</param>
/// <param name="Message">The current state, or the fate of the data.</param>
/// <param name="IsWarning">Whether data stay that somebody has to erase.</param>
/// <param name="IsErased">Whether the data are gone.</param>
public sealed record Erasure(ErasureStep Step, string Message, bool IsWarning = false, bool IsErased = false)
{
    /// <summary>The finalizer of resources whose bucket's data go with them.</summary>
    public const string Finalizer = "pyrepo.dev/bucket-data";

    /// <summary>
    /// The label of the pods that erase them. They carry none by which the Service, the Deployment or the operator
    /// finds servers.
    /// </summary>
    public const string PodLabel = "pyrepo.dev/erases";

    /// <summary>After this long, a Job that can't be created is no longer tried.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The next step. No pod may write while the Job erases, so all of them end first.
    /// </summary>
    /// <param name="resource">The deleted resource.</param>
    /// <param name="rejection">Why the resource is rejected, and nothing runs for it; null: it is not.</param>
    /// <param name="server">Its Deployment; null: it is gone.</param>
    /// <param name="pods">The pods of its server.</param>
    /// <param name="job">The Job; null: there is none.</param>
    public static Erasure Next(
        DeclaredResource resource, Rejection? rejection, Deployment? server, IEnumerable<Pod> pods, Job? job)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(pods);
        if (resource.Resource is null)
            return Leave("the resource cannot be read, and with it not where they are");
        if (resource.ErasedBucket is not { } bucket)
            return new(ErasureStep.Release, "The data stay: spec.storage.deletionPolicy is Retain.");
        var name = ChildNames.Erasure(resource.Name, resource.Uid);
        if (GetEnd(job, "Complete") is not null)
        {
            return new(
                ErasureStep.Release, $"The Job {name} erased the data in {GetPlace(bucket)}.", IsErased: true);
        }
        if (GetEnd(job, "Failed") is { } failure)
            return LeaveAt(bucket, $"the Job {name} failed ({failure}). Its log shows why");
        if (rejection is not null)
            return LeaveAt(bucket, $"the resource is rejected ({rejection.Reason}): {rejection.Message.TrimEnd('.')}");
        if (server is { Metadata.DeletionTimestamp: null, Spec.Replicas: not 0 })
            return new(ErasureStep.StopServer, "The server's pods are terminating.");
        if (server is { Metadata.DeletionTimestamp: null } && !HasStopped(server))
            return new(ErasureStep.Wait, "The server's pods are terminating.");
        if (pods.FirstOrDefault(pod => pod.Status?.Phase is not ("Succeeded" or "Failed")) is { } pod)
            return new(ErasureStep.RemoveChildren, $"The pod {pod.Metadata.Name} is terminating.");
        if (job is not null)
            return new(ErasureStep.RemoveChildren, $"The Job {name} erases the data in {GetPlace(bucket)}.");
        // One that a deletion orphans stays, at no replicas.
        return server is { Metadata: { DeletionTimestamp: not null } or { Controller: not null } }
            ? new(ErasureStep.RemoveChildren, "The server's Deployment is being deleted.")
            : new(ErasureStep.Erase, $"The Job {name} is being created.");
    }

    /// <summary>Returns the step if the namespace is being deleted, too: no Job can run in it.</summary>
    public static Erasure OfTerminatingNamespace(DeclaredResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        const string Why = "the namespace is being deleted, so that no Job can erase them";
        return resource.ErasedBucket is { } bucket ? LeaveAt(bucket, Why) : Leave(Why);
    }

    /// <summary>Returns the step after the API server has rejected the Job or one of its needs.</summary>
    public static Erasure OfFailure(DeclaredResource resource, string message, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(message);
        return now - resource.Source.Metadata.DeletionTimestamp > _patience
            ? LeaveAt(resource.ErasedBucket!, $"no Job could be created to erase them: {message.TrimEnd('.')}")
            : new(ErasureStep.Wait, $"The Job that erases the data cannot be created: {message}");
    }

    static Erasure LeaveAt(BucketSpec bucket, string why) => Leave($"{why}. Erase them in {GetPlace(bucket)}");

    static Erasure Leave(string why) =>
        new(ErasureStep.Release, $"The data stay: {why}.", IsWarning: true);

    static string GetPlace(BucketSpec bucket) => $"the {bucket.Title}"
        + (bucket.Endpoint is { } endpoint ? $" at {endpoint}" : "")
        + (bucket.Prefix is { } prefix ? $" below {prefix}" : "");

    static bool HasStopped(Deployment server) =>
        server.Status?.ObservedGeneration >= server.Metadata.Generation && server.Status.Replicas is null or 0;

    static string? GetEnd(Job? job, string type) =>
        job?.Status?.Conditions?.FirstOrDefault(c => c.Type == type && c.IsTrue) is { } end
            ? end.Message ?? end.Reason ?? "" : null;
}

/// <summary>The next thing to do for a deleted resource whose bucket's data go with it.</summary>
public enum ErasureStep
{
    /// <summary>Stop the server's pods: scale its Deployment to none.</summary>
    StopServer,

    /// <summary>Remove all children but those that the Job needs.</summary>
    RemoveChildren,

    /// <summary>Create the Job.</summary>
    Erase,

    /// <summary>Wait for what comes next.</summary>
    Wait,

    /// <summary>Let the resource go.</summary>
    Release,
}
