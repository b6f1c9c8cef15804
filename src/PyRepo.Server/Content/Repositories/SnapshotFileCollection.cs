using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// The files of a snapshot, in a page's order. Those of a record are packed, and unpacked one after the other while
/// they are enumerated.
/// </summary>
[CollectionBuilder(typeof(SnapshotFileCollection), nameof(Create))]
public sealed class SnapshotFileCollection : IReadOnlyCollection<SnapshotFile>
{
    readonly Lazy<ImmutableArray<SnapshotFile>> _files = new([]);
    readonly SortedDistributions? _sorted;
    readonly ProjectName _project;
    readonly TextTable? _texts;
    readonly IReadOnlyDictionary<string, VerifiedProvenance>? _verdicts;
    readonly IReadOnlyDictionary<string, ImmutableArray<Verdict>>? _reports;

    SnapshotFileCollection(Lazy<ImmutableArray<SnapshotFile>> files) => _files = files;

    internal SnapshotFileCollection(
        ProjectName project, SortedDistributions sorted, TextTable texts,
        IReadOnlyDictionary<string, VerifiedProvenance>? verdicts = null,
        IReadOnlyDictionary<string, ImmutableArray<Verdict>>? reports = null) =>
        (_project, _sorted, _texts, _verdicts, _reports) = (project, sorted, texts, verdicts, reports);

    /// <inheritdoc/>
    public int Count => _sorted?.Count ?? _files.Value.Length;

    /// <summary>The blocks of a record's files, all of which are visible; null if it has other files.</summary>
    internal ImmutableArray<DistributionBlock>? Blocks => _sorted?.Blocks;

    /// <summary>Returns a snapshot's files.</summary>
    public static SnapshotFileCollection Create(ReadOnlySpan<SnapshotFile> files) =>
        new(new Lazy<ImmutableArray<SnapshotFile>>([.. files]));

    /// <summary>Returns a snapshot's files, which are put together when they are looked at.</summary>
    internal static SnapshotFileCollection Lazily(Func<IEnumerable<SnapshotFile>> files) =>
        new(new Lazy<ImmutableArray<SnapshotFile>>(() => [.. files()]));

    /// <summary>Returns the same files, some of them with the outcome for their attestations.</summary>
    /// <param name="verdicts">The outcomes, by the names of files.</param>
    internal SnapshotFileCollection With(IReadOnlyDictionary<string, VerifiedProvenance> verdicts) => _sorted is null
        ? Lazily(() => _files.Value.Select(file => file with { Distribution = Judge(file.Distribution, verdicts) }))
        : new(_project, _sorted, _texts!, verdicts, _reports);

    /// <summary>Returns the same files, with what is reported of some of them.</summary>
    /// <param name="reports">The reports, by the names of files.</param>
    internal SnapshotFileCollection With(IReadOnlyDictionary<string, ImmutableArray<Verdict>> reports) =>
        _sorted is null
            ? Lazily(() => _files.Value.Select(file => Report(file, reports)))
            : new(_project, _sorted, _texts!, _verdicts, reports);

    /// <summary>The files that a rule would hide or yank but for a waiver.</summary>
    internal IEnumerable<SnapshotFile> Waived =>
        _sorted is null ? _files.Value.Where(file => !file.Waivers.IsEmpty) : [];

    /// <summary>The files on which a rule reports something.</summary>
    internal IEnumerable<SnapshotFile> Reported =>
        _sorted is null ? _files.Value.Where(file => !file.Reported.IsEmpty) : [];

    /// <summary>The files that are hidden, each for a reason.</summary>
    internal IEnumerable<SnapshotFile> Hidden => _sorted is null ? _files.Value.Where(file => !file.IsVisible) : [];

    /// <summary>The file that users most likely want of a record's, or null if it has other files or none.</summary>
    internal Distribution? MostWanted =>
        _sorted?.MostWanted is { IsDefault: false } file ? Unpack(file) : null;

    /// <summary>Returns what hides a file longest, or null if there is no such file, or it is visible.</summary>
    internal Verdict? FindHiding(string fileName) => Hidden
        .Where(file => file.Distribution.Name.FileName == fileName)
        .Select(file => Verdict.FindLongest(file.HiddenBy)).FirstOrDefault();

    /// <summary>The longest that the visible files can be on a page, in bytes.</summary>
    internal long PageLength => Blocks is { } blocks
        ? blocks.Sum(block => block.PageLength)
        : _files.Value.Where(file => file.IsVisible).Sum(file => LengthOnPage.Measure(file.Distribution));

    /// <summary>The visible files of a version, in any spelling, in a page's order.</summary>
    internal IEnumerable<Distribution> OfVersion(string version)
    {
        if (_sorted is not null)
            return _sorted.OfVersion(version, Unpack);
        var parsed = PythonVersion.TryParse(version, out var valid) ? valid : null;
        return _files.Value.Where(file => file.IsVisible && file.Distribution.Name.IsOf(version, parsed))
            .Select(file => file.Distribution);
    }

    /// <summary>Finds a visible file by its exact name.</summary>
    public Distribution? FindVisible(string fileName)
    {
        if (_sorted is null)
        {
            return _files.Value.FirstOrDefault(f => f.IsVisible && f.Distribution.Name.FileName == fileName) is
            { Distribution: { } file } ? file : null;
        }
        return DistributionFileName.TryParse(fileName, _project, out var name)
            && _sorted.Find(DistributionPacker.GetOrderKey(name), Encoding.UTF8.GetBytes(fileName)) is { } packed
                ? Unpack(packed)
                : null;
    }

    /// <summary>Returns the files of a block.</summary>
    internal IEnumerable<Distribution> Get(DistributionBlock block) =>
        block.Files.Select(Unpack);

    Distribution Unpack(PackedDistribution packed)
    {
        var file = packed.Unpack(_project, _texts!);
        return _verdicts is null ? file : Judge(file, _verdicts);
    }

    static Distribution Judge(Distribution file, IReadOnlyDictionary<string, VerifiedProvenance> verdicts) =>
        verdicts.TryGetValue(file.Name.FileName, out var verdict) ? file with { Verified = verdict } : file;

    /// <inheritdoc/>
    public IEnumerator<SnapshotFile> GetEnumerator() => (_sorted is null
        ? _files.Value.AsEnumerable()
        : _sorted.Blocks.SelectMany(Get).Select(file => Report(new SnapshotFile(file), _reports))).GetEnumerator();

    static SnapshotFile Report(SnapshotFile file, IReadOnlyDictionary<string, ImmutableArray<Verdict>>? reports) =>
        reports is not null && reports.TryGetValue(file.Distribution.Name.FileName, out var report)
            ? file with { Reported = [.. file.Reported, .. report] } : file;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A file of a snapshot, and whether it is visible.</summary>
/// <param name="Distribution">The file.</param>
public readonly record struct SnapshotFile(Distribution Distribution)
{
    readonly ImmutableArray<Verdict> _hiddenBy;
    readonly ImmutableArray<Vulnerability> _vulnerabilities;
    readonly ImmutableArray<Waiver> _waivers;
    readonly ImmutableArray<Verdict> _reported;

    /// <summary>Why the file is hidden; empty if it is visible.</summary>
    public ImmutableArray<Verdict> HiddenBy
    {
        get => _hiddenBy.IsDefault ? [] : _hiddenBy;
        init => _hiddenBy = value;
    }

    /// <summary>The known vulnerabilities of its release, as far as the repository looks for them.</summary>
    public ImmutableArray<Vulnerability> Vulnerabilities
    {
        get => _vulnerabilities.IsDefault ? [] : _vulnerabilities;
        init => _vulnerabilities = value;
    }

    /// <summary>The waivers but for which a rule would hide or yank the file.</summary>
    public ImmutableArray<Waiver> Waivers
    {
        get => _waivers.IsDefault ? [] : _waivers;
        init => _waivers = value;
    }

    /// <summary>The findings of rules that report without hiding the file.</summary>
    public ImmutableArray<Verdict> Reported
    {
        get => _reported.IsDefault ? [] : _reported;
        init => _reported = value;
    }

    /// <summary>Whether a page shows the file.</summary>
    public bool IsVisible => _hiddenBy.IsDefaultOrEmpty;
}

/// <summary>A known vulnerability of a release, as PyPI's JSON API describes it.</summary>
public sealed record Vulnerability
{
    /// <summary>The identifier of the advisory: <c>PYSEC-2024-1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Other identifiers: <c>CVE-2024-1</c>.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>The subject, in a sentence, or null.</summary>
    public string? Summary { get; init; }

    /// <summary>A page about it.</summary>
    public required string Link { get; init; }

    /// <summary>The versions that fix it.</summary>
    public ImmutableArray<string> FixedIn { get; init; } = [];
}
