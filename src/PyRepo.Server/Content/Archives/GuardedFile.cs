using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Inspection;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Archives;

/// <summary>A file with all that is known of it for the release guard.</summary>
/// <param name="File">The file.</param>
/// <param name="Facts">The facts about its archive, or null if it was not inspected.</param>
sealed record GuardedFile(Distribution File, ArchiveFacts? Facts)
{
    /// <summary>The modules at its top level that belong to other projects.</summary>
    public IReadOnlyList<ForeignModule> Foreign { get; init; } = [];

    /// <summary>
    /// When the first files of projects became available that it requires and earlier ones do not, as far as somebody
    /// asked: those of the youngest.
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Dependencies { get; init; } =
        ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>That upstream replaced it, or null if it has the first bytes of its name.</summary>
    public ChangedBytes? Changed { get; init; }

    /// <summary>Whether it is a wheel.</summary>
    public bool IsWheel => File.Name.PackageType is PackageType.Wheel;

    /// <summary>Whether its name says that it is for some platforms only, or it has compiled files.</summary>
    public bool IsNative => File.Name.Wheel is { Platforms: not "any" } || Facts is { NativeFiles.Count: > 0 };
}
