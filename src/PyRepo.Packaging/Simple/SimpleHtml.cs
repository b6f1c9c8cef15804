using System.Buffers;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Simple;

/// <summary>Reads and writes HTML pages of the
/// <see href="https://packaging.python.org/en/latest/specifications/simple-repository-api/">Simple repository
/// API</see> (PEP 503, 592, 629, 658, 714, 740, 792). HTML is frozen (PEP 833): only JSON has size, upload time and
/// versions.</summary>
public static partial class SimpleHtml
{
    static readonly string[] _fragmentAlgorithms = ["md5", "sha1", "sha224", "sha384", "sha512"];

    /// <summary>Writes a project's page with API version 1.4.</summary>
    public static void Write(IBufferWriter<byte> output, ProjectDetail page)
    {
        WriteBeginning(output, page);
        WriteFiles(output, page.Files);
        WriteEnd(output, page);
    }

    /// <summary>Writes a project's page up to its first file, for those who write long pages in parts.</summary>
    public static void WriteBeginning(IBufferWriter<byte> output, ProjectDetail page)
    {
        var html = new HtmlWriter(output);
        html.WriteMarkup(
            "<!DOCTYPE html>\n<html>\n<head>\n<meta name=\"pypi:repository-version\" content=\"1.4\">\n"u8);
        WriteMeta(html, "pypi:project-status"u8, page.Status.ToName());
        if (page.StatusReason is { } reason)
            WriteMeta(html, "pypi:project-status-reason"u8, reason);
        html.WriteMarkup("<title>Links for "u8);
        html.WriteText(page.Name);
        html.WriteMarkup("</title>\n</head>\n<body>\n<h1>Links for "u8);
        html.WriteText(page.Name);
        html.WriteMarkup("</h1>\n"u8);
    }

    /// <summary>Writes some of the files.</summary>
    public static void WriteFiles(IBufferWriter<byte> output, IEnumerable<PageFile> files)
    {
        var html = new HtmlWriter(output);
        foreach (var file in files)
            WriteFile(html, file);
    }

    /// <summary>Writes what follows the last file.</summary>
    public static void WriteEnd(IBufferWriter<byte> output, ProjectDetail page) =>
        WriteEnd(new HtmlWriter(output), page.LastSerial);

    /// <summary>Writes the list of projects with API version 1.4. Links are <c>name/</c>, relative to the list.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, ProjectList list)
    {
        var html = new HtmlWriter(output);
        html.WriteMarkup(
            "<!DOCTYPE html>\n<html>\n<head>\n<meta name=\"pypi:repository-version\" content=\"1.4\">\n"u8);
        html.WriteMarkup("<title>Simple index</title>\n</head>\n<body>\n"u8);
        foreach (var project in list.Projects)
        {
            html.WriteMarkup("<a href=\""u8);
            html.WriteText(PathSegment.Encode(ProjectName.Normalize(project.Name)));
            html.WriteMarkup("/\">"u8);
            html.WriteText(project.Name);
            html.WriteMarkup("</a><br>\n"u8);
        }
        WriteEnd(html, list.LastSerial);
    }

    static void WriteMeta(HtmlWriter html, ReadOnlySpan<byte> name, string content)
    {
        html.WriteMarkup("<meta name=\""u8);
        html.WriteMarkup(name);
        html.WriteMarkup("\""u8);
        html.WriteAttribute("content"u8, content);
        html.WriteMarkup(">\n"u8);
    }

    static void WriteEnd(HtmlWriter html, long? lastSerial)
    {
        html.WriteMarkup("</body>\n</html>\n"u8);
        if (lastSerial is not { } serial)
            return;
        html.WriteMarkup("<!--SERIAL "u8);
        html.WriteText(serial.ToString(null, null));
        html.WriteMarkup("-->\n"u8);
    }

    static void WriteFile(HtmlWriter html, PageFile file)
    {
        html.WriteMarkup("<a href=\""u8);
        html.WriteText(file.Url);
        WriteFragment(html, file.Hashes);
        html.WriteMarkup("\""u8);
        if (file.RequiresPython is { } requiresPython)
            html.WriteAttribute("data-requires-python"u8, requiresPython);
        if (file.CoreMetadata.IsPresent)
        {
            WriteMetadata(html, "data-dist-info-metadata"u8, file.CoreMetadata);
            WriteMetadata(html, "data-core-metadata"u8, file.CoreMetadata);
        }
        if (file.Yanked is { } yanked)
            html.WriteAttribute("data-yanked"u8, yanked);
        if (file.Provenance is { } provenance)
            html.WriteAttribute("data-provenance"u8, provenance);
        if (file.GpgSig is { } gpgSig)
            html.WriteAttribute("data-gpg-sig"u8, gpgSig ? "true" : "false");
        html.WriteMarkup(">"u8);
        html.WriteText(file.FileName);
        html.WriteMarkup("</a><br>\n"u8);
    }

    /// <summary>Writes only the algorithms of <see href="https://peps.python.org/pep-0503/">PEP 503</see>: uv rejects
    /// others in the fragment.</summary>
    static void WriteFragment(HtmlWriter html, FileHashes hashes)
    {
        if (hashes.Sha256 is { } sha256)
        {
            html.WriteMarkup("#sha256="u8);
            html.WriteHex(sha256);
        }
        else if (hashes.OtherAlgorithm is { } algorithm && _fragmentAlgorithms.Contains(algorithm))
        {
            html.WriteText($"#{algorithm}={hashes.OtherHex}");
        }
    }

    static void WriteMetadata(HtmlWriter html, ReadOnlySpan<byte> attribute, MetadataAvailability availability)
    {
        html.WriteMarkup(" "u8);
        html.WriteMarkup(attribute);
        if (availability.Sha256 is not { } sha256)
        {
            html.WriteMarkup("=\"true\""u8);
            return;
        }
        html.WriteMarkup("=\"sha256="u8);
        html.WriteHex(sha256);
        html.WriteMarkup("\""u8);
    }
}

/// <summary>
/// A link of a list to the page of a project: the name, below a folder that is called as the list's. An index behind a
/// web server may write another host, or another path above.
/// </summary>
static class ProjectLink
{
    const string IndexFile = "/index.html";

    /// <summary>Whether a link leads to the page of the project that its text names.</summary>
    /// <param name="link">The link.</param>
    /// <param name="text">Its text, which a listing of a folder may cut off.</param>
    /// <param name="baseOfPage">The base URL of the link, if the list has one.</param>
    /// <param name="list">The list's URL.</param>
    public static bool Leads(string link, string text, Uri? baseOfPage, Uri list)
    {
        if (!Uri.TryCreate(baseOfPage ?? list, link, out var url)
            || !url.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            return false;
        }
        var path = GetPath(url).Split('/');
        return path.Length > 1 && path[^2] == GetPath(list).Split('/')[^1]
            && Uri.UnescapeDataString(path[^1]) is var name && ProjectName.IsValid(name) && Names(text, name);
    }

    static bool Names(string text, string name)
    {
        if (ProjectName.Normalize(text.TrimEnd('/')) == ProjectName.Normalize(name))
            return true;
        var beginning = text.TrimEnd('.', '>');
        return 0 < beginning.Length && beginning.Length < text.Length
            && name.StartsWith(beginning, StringComparison.Ordinal);
    }

    static string GetPath(Uri url)
    {
        var path = url.AbsolutePath;
        return (path.EndsWith(IndexFile, StringComparison.Ordinal) ? path[..^IndexFile.Length] : path).TrimEnd('/');
    }
}
