using System.Buffers;
using System.Collections.Immutable;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>The content of a project's page. A long one of a record's files is rendered in blocks of them.</summary>
sealed class ProjectContent
{
    /// <summary>A part has so many files on average, or all of them.</summary>
    const int MinFilesPerBlock = 8;

    readonly ProjectSnapshot _snapshot;
    readonly ProjectDetail _page;
    readonly PageFormat _format;
    readonly bool _isDated;

    ProjectContent(ProjectSnapshot snapshot, PageFormat format, bool isDated)
    {
        (_snapshot, _format, _isDated) = (snapshot, format, isDated);
        _page = new ProjectDetail
        {
            Name = snapshot.Project.Value,
            Status = snapshot.Status,
            StatusReason = snapshot.StatusReason,
            Files = [],
            LastSerial = snapshot.Serial,
        };
    }

    /// <summary>Returns the content of a project's page.</summary>
    /// <param name="snapshot">The project.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="format">The format.</param>
    /// <param name="isDated">Whether the page is one as of a date.</param>
    public static PageContent From(ProjectSnapshot snapshot, string contentType, PageFormat format, bool isDated)
    {
        var content = new ProjectContent(snapshot, format, isDated);
        if (snapshot.Status is not ProjectStatus.Quarantined && snapshot.Files.Blocks is { IsEmpty: false } blocks)
        {
            // Somebody might choose versions that each end a block: such a page is one part, with one part's budget.
            List<PagePart> parts = blocks.Length > 1 && snapshot.Files.Count / blocks.Length >= MinFilesPerBlock
                ? [.. content.GetParts(blocks)] : [new PagePart(null, content.Write)];
            return new PageContent(contentType, parts)
            {
                Serial = snapshot.Serial,
                Length = blocks.Sum(block => block.PageLength),
                LengthOfPart = parts.Count > 1 ? blocks.Max(block => block.PageLength) : null,
                HasBaseUrl = blocks.Any(block => block.HasProvenance),
            };
        }
        return new PageContent(contentType, content.Write)
        {
            Serial = snapshot.Serial,
            Length = snapshot.Visible.Sum(LengthOnPage.Measure),
            HasBaseUrl = snapshot.Visible.Any(file => file.Provenance is not null),
        };
    }

    void Write(IBufferWriter<byte> writer)
    {
        var page = _page with
        {
            Versions = [.. GetVersions(_snapshot.Visible)],
            Files = [.. _snapshot.Visible.Select(GetFile)],
        };
        if (_format is PageFormat.Json)
            SimpleJson.Write(writer, page);
        else
            SimpleHtml.Write(writer, page);
    }

    /// <summary>All files of a release are in one block, and so no version is in two.</summary>
    IEnumerable<PagePart> GetParts(ImmutableArray<DistributionBlock> blocks)
    {
        if (_format is not PageFormat.Json)
        {
            yield return new PagePart(null, writer => SimpleHtml.WriteBeginning(writer, _page));
            foreach (var block in blocks)
                yield return new PagePart(block.Id, writer => SimpleHtml.WriteFiles(writer, GetFiles(block)));
            yield return new PagePart(null, writer => SimpleHtml.WriteEnd(writer, _page));
            yield break;
        }
        yield return new PagePart(null, writer => SimpleJson.WriteBeginning(writer, _page));
        foreach (var block in blocks)
        {
            var isFirst = block == blocks[0];
            yield return new PagePart((block.Id, isFirst, "versions"), writer =>
                SimpleJson.WriteVersions(writer, GetVersions(_snapshot.Files.Get(block)), isFirst));
        }
        yield return new PagePart(null, SimpleJson.WriteBetween);
        foreach (var block in blocks)
        {
            var isFirst = block == blocks[0];
            yield return new PagePart((block.Id, isFirst, "files"), writer =>
                SimpleJson.WriteFiles(writer, GetFiles(block), isFirst));
        }
        yield return new PagePart(null, SimpleJson.WriteEnd);
    }

    IEnumerable<PageFile> GetFiles(DistributionBlock block) => _snapshot.Files.Get(block).Select(GetFile);

    /// <summary>A version that cannot be parsed is shown as it is written.</summary>
    static IEnumerable<string> GetVersions(IEnumerable<Distribution> files) =>
        files.Select(file => file.Name.CanonicalVersion).Distinct(StringComparer.Ordinal);

    PageFile GetFile(Distribution file) => new()
    {
        FileName = file.Name.FileName,
        Url = _isDated ? FileLinks.FromDatedPage(file) : FileLinks.FromProjectPage(file),
        Hashes = file.Sha256 is { } sha256 ? new FileHashes { Sha256 = sha256 } : file.OtherHashes,
        RequiresPython = file.RequiresPython,
        CoreMetadata =
            file.CoreMetadata is { } metadata ? MetadataAvailability.WithHash(metadata) : MetadataAvailability.None,
        Yanked = file.Yanked,
        Size = file.Size,
        UploadTime = file.UploadedAt,
        Provenance = file.Provenance is null ? null : BaseUrlMarker.Text + Provenance.GetPath(file.Name),
    };
}
