using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PyRepo.Packaging.Inspection;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>A file that was inspected for the release guard.</summary>
/// <param name="Sha256">The digest of its bytes in hexadecimal, or empty if upstream does not say it.</param>
/// <param name="IsWhole">Whether all its bytes were there, and had that digest.</param>
/// <param name="Facts">
/// The facts about its archive; null if upstream does not answer ranges, or not as its page says.
/// </param>
sealed record InspectedFile(string Sha256, bool IsWhole, ArchiveFacts? Facts)
{
    /// <summary>The modules at its top level that belong to other projects.</summary>
    public IReadOnlyList<ForeignModule> Foreign { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="GuardedFile.Dependencies"/>
    public IReadOnlyDictionary<string, DateTimeOffset> Dependencies { get; init => field = value ?? _none; } = _none;

    static readonly ImmutableDictionary<string, DateTimeOffset> _none =
        ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Returns a file with this.</summary>
    public GuardedFile AddTo(Distribution file) => new(file, Facts)
    {
        Foreign = Foreign,
        Dependencies = Dependencies,
    };

    /// <summary>Whether this is about a file of the same name.</summary>
    public bool IsOf(Distribution file) => Sha256 == $"{file.Sha256}";

    /// <summary>
    /// Whether a rule may find something in the file, whatever is known of others: then this must not be forgotten.
    /// </summary>
    [JsonIgnore]
    public bool IsNotable => Foreign.Count + Dependencies.Count > 0
        || Facts is not (null or { Problem: null, StartupFiles: [], Commands: [], Unrecorded: [], Missing: [] });

    /// <summary>The approximate memory that it takes, in bytes.</summary>
    [JsonIgnore]
    public long Weight => 300 + (Facts?.GetWeight() ?? 0)
        + Foreign.Sum(each => 100L + (2 * (each.Module.Length + each.Project.Length)))
        + Dependencies.Keys.Sum(name => 100L + (2 * name.Length));
}
