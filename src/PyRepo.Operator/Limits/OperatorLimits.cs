using PyRepo.Resources.Manifests;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Limits;

/// <summary>
/// Limits on what the objects of one namespace may cost the operator. <c>docs/limits.md</c> lists all of them for
/// administrators, and a test compares both.
/// </summary>
/// <remarks>
/// A bound of one field belongs to the contract (<c>PyRepo.Resources</c>), where the CRDs have it, and not here. What
/// is trimmed from memory must keep at least what such a bound allows: a resource has up to 16 hosts, and
/// <see cref="MaxEntries"/> of a route are kept.
/// </remarks>
static class OperatorLimits
{
    /// <summary>A spec as JSON, in bytes. The resource of a longer one is Stalled (InvalidSpec).</summary>
    public const int MaxSpecLength = SpecLength.Max;

    /// <summary>
    /// The resources of a namespace that are reconciled, the oldest; the default of the setting
    /// <c>maxResourcesPerNamespace</c>.
    /// </summary>
    public const int MaxResources = 200;

    /// <summary>
    /// The objects of one kind that are kept in memory of a namespace, each host of an Ingress or HTTPRoute being one.
    /// </summary>
    public const int MaxObjects = 2_000;

    /// <summary>
    /// The memory, in bytes, that the resources of a namespace take without their specs and statuses; and as much again
    /// for all other objects of a namespace that are watched.
    /// </summary>
    public const int MaxKeptLength = 16 << 20;

    /// <summary>
    /// The values of a child of which a digest is kept. One with more is read again at each reconcile.
    /// </summary>
    public const int MaxDigests = 512;

    /// <summary>
    /// A text of an object that anybody may write, in characters, such as an annotation's. Of a longer one a hash is
    /// kept.
    /// </summary>
    public const int MaxTextLength = 512;

    /// <summary>
    /// The pods' template that a Deployment notes as applied last, in characters. One that is longer is not repaired
    /// while its resource waits for its turn to roll.
    /// </summary>
    public const int MaxTemplateLength = 16 << 10;

    /// <summary>The entries that are kept of a list or map that anybody may write, such as conditions.</summary>
    public const int MaxEntries = 32;

    /// <summary>The pods of a resource whose servers are asked for their state.</summary>
    public const int MaxPods = 100;

    /// <summary>Those of them that are asked at the same time.</summary>
    public const int MaxPodsAtOnce = 16;

    /// <summary>The report of a server, in bytes; more is no answer. A server of ours sends up to 60 KiB.</summary>
    public const int MaxReportLength = ReportSize.MaxLength;

    /// <summary>
    /// The memory that what a server reports takes; more is no answer. It is enough for the longest report of a group
    /// of 64 members.
    /// </summary>
    public const int MaxReportSize = ReportSize.Max;

    /// <summary>The memory for the reports of all servers of a resource.</summary>
    public const int MaxReportsSize = 2 << 20;

    /// <summary>The last reports of a namespace's servers that are kept, in bytes.</summary>
    public const int MaxKeptReports = 2 << 20;

    /// <summary>The events of a claim that does not become bound of which the newest is told.</summary>
    public const int MaxEvents = 20;

    /// <summary>A status as JSON, in characters; a longer one is written anew.</summary>
    public const int MaxStatusLength = 64 << 10;

    /// <summary>The message about one member in the status of a group, in characters.</summary>
    public const int MaxMemberMessage = 256;

    /// <summary>The specs of all namespaces that are kept as read, by the length of their JSON.</summary>
    public const int MaxParsedSpecs = 2 << 20;
}
