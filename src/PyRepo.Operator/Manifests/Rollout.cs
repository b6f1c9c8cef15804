using System.Globalization;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Manifests;

/// <summary>One of the rollouts that are limited, whose new pods are not all there.</summary>
/// <param name="Owner">The resource.</param>
/// <param name="Template">The hash of its new template.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="IsStuck">Whether its Deployment makes no progress within its own deadline.</param>
/// <param name="RaisesMemory">
/// Whether only <c>autoMemory</c> makes the new pods: that they do not become ready says nothing of an image or a setting.
/// </param>
public sealed record Rollout(
    ResourceKey Owner, string Template, DateTimeOffset StartedAt, bool IsStuck = false, bool RaisesMemory = false)
{
    /// <summary>
    /// How long it may take, whatever its Deployment says of itself: somebody may have paused that, or changed its
    /// deadline.
    /// </summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Returns the rollout that a live Deployment shows; null: it is none, or has ended.</summary>
    /// <param name="owner">The resource that it serves.</param>
    /// <param name="live">The Deployment.</param>
    /// <param name="seenAt">
    /// When it was first seen to roll: it began then at the latest, whatever somebody wrote into it.
    /// </param>
    public static Rollout? From(ResourceKey owner, Deployment live, DateTimeOffset seenAt)
    {
        ArgumentNullException.ThrowIfNull(live);
        if (!DeploymentManifest.IsRolling(live))
            return null;
        var startedAt = GetStart(live) is { } written && written < seenAt ? written : seenAt;
        return new(owner, DeploymentManifest.GetTemplateHash(live)!, startedAt, IsStuckIn(live), IsOfMemory(live));
    }

    /// <summary>Whether it does not end in its time: it gives its place to another, and counts as failed.</summary>
    public bool HasFailed(DateTimeOffset now) => IsStuck || now - StartedAt > Deadline;

    /// <summary>When the rollout of a Deployment began, as it is written there; null: it is not.</summary>
    internal static DateTimeOffset? GetStart(Deployment live) => DateTimeOffset.TryParseExact(
        live.Metadata.Annotations?.GetValueOrDefault(Annotations.RolloutStarted), TimeFormat,
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        ? at
        : null;

    /// <summary>
    /// Whether <c>autoMemory</c> alone makes the new pods: they differ from those before in their memory. More memory that
    /// follows an upgrade which has not ended is a part of that.
    /// </summary>
    /// <param name="resource">The resource.</param>
    /// <param name="wanted">Its Deployment with the new pods.</param>
    /// <param name="live">The same as it is.</param>
    /// <param name="going">The resource's rollout that has not ended; null: none.</param>
    /// <param name="recommended">The memory that <c>autoMemory</c> gives; null: none.</param>
    public static bool IsOfMemory(
        DeclaredResource resource, Deployment wanted, Deployment live, Rollout? going, Quantity? recommended)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(live);
        return resource.Spec?.Server.AutoMemory is not null && going is not { RaisesMemory: false }
            // The administrator's default for all is another cause.
            && recommended is { } given && PodManifest.GetMemoryLimit(wanted.Spec!.Template.Spec) == given
            && AppliedTemplate.From(live)?.DiffersOnlyInMemory(wanted.Spec!.Template) is true;
    }

    /// <summary>Whether a Deployment says that only its pods' memory is another.</summary>
    internal static bool IsOfMemory(Deployment live) =>
        live.Metadata.Annotations?.GetValueOrDefault(Annotations.RolloutCause) == Memory;

    /// <summary>The cause as <see cref="IsOfMemory"/> reads it.</summary>
    internal const string Memory = "memory";

    /// <summary>A time as <see cref="GetStart"/> reads it.</summary>
    internal static string GetText(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    static bool IsStuckIn(Deployment live) =>
        !(live.Status?.ObservedGeneration < live.Metadata.Generation)
        && live.Status?.Conditions?.Any(
            c => c is { Type: "Progressing", Status: "False", Reason: "ProgressDeadlineExceeded" }) is true;
}
