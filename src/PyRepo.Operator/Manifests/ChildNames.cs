using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The names of a resource's children. Resources' names are unique over the three kinds in a namespace and have at most
/// 52 characters, so that each of these is a valid name.
/// </summary>
public static class ChildNames
{
    /// <summary>The longest name of a resource that those of its snapshots have as it is.</summary>
    public const int MaxSnapshotPrefix = 63 - 1 - SnapshotTimeLength;

    /// <summary>The part of a longer one that they have.</summary>
    public const int CutSnapshotPrefix = MaxSnapshotPrefix - 9;

    const string SnapshotTime = "yyyyMMdd't'HHmmss'z'";
    const int SnapshotTimeLength = 16;

    /// <summary>
    /// The Deployment, the Service, the Ingress or HTTPRoute, the PodDisruptionBudget, the NetworkPolicy.
    /// </summary>
    public static string Server(string name) => name;

    /// <summary>Not the resource's own name: a resource may be called <c>default</c>.</summary>
    public static string ServiceAccount(string name) => $"{name}-server";

    /// <summary>The ConfigMap.</summary>
    public static string Configuration(string name) => $"{name}-config";

    /// <summary>The PersistentVolumeClaim.</summary>
    public static string Data(string name) => $"{name}-data";

    /// <summary>
    /// The Job that erases a bucket's data, and its NetworkPolicy. Another resource of the name gets another one.
    /// </summary>
    public static string Erasure(string name, string uid) => $"{name}-erase-{uid[..int.Min(uid.Length, 4)]}";

    /// <summary>The Secret with the generated password.</summary>
    public static string Credentials(string name) => GeneratedSecret.Credentials(name);

    /// <summary>
    /// A snapshot of a time: <c>team-20261129t030000z</c>. A name that leaves no room for it within the 63 characters of
    /// a DNS label is cut, and told from others by a hash.
    /// </summary>
    public static string Snapshot(string name, DateTimeOffset time) =>
        $"{GetSnapshotPrefix(name)}-{time.UtcDateTime.ToString(SnapshotTime, CultureInfo.InvariantCulture)}";

    /// <summary>The time in the name of a snapshot; null: it has none.</summary>
    public static DateTimeOffset? FindSnapshotTime(string snapshot) =>
        snapshot.Length > SnapshotTimeLength && DateTimeOffset.TryParseExact(
            snapshot.AsSpan(snapshot.Length - SnapshotTimeLength), SnapshotTime, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    static string GetSnapshotPrefix(string name) => name.Length <= MaxSnapshotPrefix
        ? name
        : $"{name[..CutSnapshotPrefix]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8]}";

    /// <summary>Whether a child of a resource may be called so.</summary>
    public static bool IsOf(string resource, string name) =>
        name == Server(resource) || name == ServiceAccount(resource) || name == Configuration(resource)
        || name == Data(resource) || name == Credentials(resource)
        || name.StartsWith(Erasure(resource, ""), StringComparison.Ordinal);
}
