using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Resources.Proxied;
using PyRepo.Storage;

namespace PyRepo.Advisories;

/// <summary>Collects documents for a database.</summary>
sealed class AdvisoryDatabaseBuilder : IDisposable
{
    readonly AdvisoryReader _reader = new();
    readonly Dictionary<string, (AdvisoryDocument Document, byte[] Hash)> _documents = new(StringComparer.Ordinal);
    readonly AdvisoryDocuments.Writer _texts = new(() => UnnamedFile.Open("pyrepo-advisories"));
    int _skipped;

    /// <summary>Adds a document. One that is not an advisory is counted. Of several with one id, the last modified
    /// counts.</summary>
    /// <param name="json">The document. Empty stands for one that is broken or too long.</param>
    /// <exception cref="InvalidDataException">Too many are not.</exception>
    public void Add(ReadOnlySpan<byte> json)
    {
        try
        {
            var document = _reader.Read(json);
            var hash = SHA256.HashData(json);
            if (_documents.TryGetValue(document.Id, out var known) && !IsNewer((document, hash), known))
                return;
            _documents[document.Id] = (document, hash);
            if (document.Advisories.IsEmpty)
                _texts.Remove(document.Id);
            else
                _texts.Set(document.Id, json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            if (++_skipped > AdvisoryLimits.MaxUnreadableAdvisories)
                throw new InvalidDataException(
                    $"More than {AdvisoryLimits.MaxUnreadableAdvisories} of its documents cannot be read.", error);
        }
    }

    public AdvisoryDatabase Build()
    {
        var groups = new AliasGroups(_documents.Values.Select(entry => entry.Document).Where(d => !d.IsWithdrawn));
        var projects =
            from document in _documents.Values
            from advisory in document.Document.Advisories
            group GetEntry(advisory.Advisory, groups) by advisory.Project into entries
            select new KeyValuePair<ProjectName, ImmutableArray<DatabaseEntry>>(
                entries.Key, [.. entries.OrderBy(entry => entry.Advisory.Id, StringComparer.Ordinal)]);
        return new AdvisoryDatabase(
            GetVersion(_documents.Values), projects, [_texts.Build()], _skipped,
            _documents.Values.Count(document => document.Document.Advisories.IsEmpty));
    }

    /// <inheritdoc/>
    public void Dispose() => _texts.Dispose();

    /// <summary>The bytes decide between two of one time, so that the order of a zip file does not matter.</summary>
    static bool IsNewer((AdvisoryDocument Document, byte[] Hash) one, (AdvisoryDocument Document, byte[] Hash) other) =>
        Nullable.Compare(one.Document.Modified, other.Document.Modified) is var order
        && (order != 0 ? order > 0 : one.Hash.AsSpan().SequenceCompareTo(other.Hash) > 0);

    static DatabaseEntry GetEntry(Advisory advisory, AliasGroups groups)
    {
        var group = groups.Find(advisory.Id);
        return advisory.Severity is null && advisory.Withdrawn is null
            ? new(advisory with { Severity = groups.GetSeverity(group) }, group, HasOwnSeverity: false)
            : new(advisory, group, HasOwnSeverity: advisory.Severity is not null);
    }

    static string GetVersion(IEnumerable<(AdvisoryDocument Document, byte[] Hash)> documents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, bytes) in documents.OrderBy(entry => entry.Document.Id, StringComparer.Ordinal))
            hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}

/// <summary>The content of one document of a database.</summary>
/// <param name="Id">The id of the vulnerability.</param>
/// <param name="Aliases">Its ids elsewhere.</param>
/// <param name="Severity">Its rating, or null if it has none.</param>
/// <param name="Modified">When it last changed, if it says so.</param>
/// <param name="IsWithdrawn">Whether it no longer holds.</param>
/// <param name="Advisories">An advisory for each project that it affects; none if those are of other ecosystems.
/// </param>
sealed record AdvisoryDocument(
    string Id, ImmutableArray<string> Aliases, Severity? Severity, DateTimeOffset? Modified, bool IsWithdrawn,
    ImmutableArray<(ProjectName Project, Advisory Advisory)> Advisories);
