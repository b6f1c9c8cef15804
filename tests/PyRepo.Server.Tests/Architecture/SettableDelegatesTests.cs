using System.Reflection;
using System.Runtime.CompilerServices;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// A delegate that others may replace at any time carries control upward unseen. A constructor argument, a return value
/// or an interface says who decides.
/// </summary>
public sealed class SettableDelegatesTests
{
    /// <summary>Those that remain, and why.</summary>
    static readonly Dictionary<string, string> _exceptions = new(StringComparer.Ordinal)
    {
        ["ForwardedForm.IsAnswered"] = "The connection exists only after the form that it sends.",
        ["ForwardedForm.Sent"] = "The connection exists only after the form that it sends.",
        ["DownloadStatistics.Waiting"] = "The host that has the lease is made after its statistics.",
        ["DownloadLog.Waiting"] = "As above.",
        ["CachedFileWriter.Verified"] = "A verified wheel corrects pages, which are made after the files.",
        ["FileFetcher.Verified"] = "As above.",
        ["CachedProjects.Shown"] = "The policy, which finds what lacks attestations, is made around the cache.",
        ["CachedRepository.Shown"] = "As above.",
        ["CachedRepository.Judge"] = "As above.",
        ["FetchedFileGuard.Judge"] = "As above.",
        ["FileFetcher.Inspected"] = "What a file holds changes pages, which are made after the files.",
        ["FileFetcher.Refused"] = "The policy, which counts refusals, is made around the cache.",
        ["RepositoryRegistry.Replaced"] = "An event with one listener, the cache of rendered pages.",
        ["StoreFailures.Noted"] = "An event with one listener, the log of the repository's host.",
        ["StoreLease.Rejoining"] = "The store's owner is known to the caller that took the lease.",
    };

    [Fact]
    public void Nobody_sets_a_delegate_but_those_that_are_listed() => Assert.Equal(
        _exceptions.Keys.Order(StringComparer.Ordinal),
        ServerSources.Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => !IsGenerated(type))
            .SelectMany(type => type.GetProperties(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
                | BindingFlags.DeclaredOnly))
            .Where(IsSettableDelegate).Select(property => $"{property.DeclaringType!.Name}.{property.Name}")
            .Order(StringComparer.Ordinal));

    static bool IsSettableDelegate(PropertyInfo property) =>
        property.PropertyType.IsSubclassOf(typeof(Delegate))
        && property.SetMethod is { IsPrivate: false } setter
        && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    static bool IsGenerated(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute));
}
