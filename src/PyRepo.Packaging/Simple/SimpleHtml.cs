using System.Buffers;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Simple;

/// <summary>Pages of the simple repository API as HTML (PEP 503, 592, 629, 658, 714, 740, 792), read and written.
/// HTML is frozen (PEP 833): size, upload time and versions are only in the JSON form.</summary>
public static partial class SimpleHtml
{
    static readonly string[] _fragmentAlgorithms = ["md5", "sha1", "sha224", "sha384", "sha512"];

    /// <summary>Writes a project's page at api-version 1.4.</summary>
    public static void Write(IBufferWriter<byte> output, ProjectPage page)
    {
        var html = new HtmlText(output);
        html.Markup("<!DOCTYPE html>\n<html>\n<head>\n<meta name=\"pypi:repository-version\" content=\"1.4\">\n"u8);
        WriteMeta(html, "pypi:project-status"u8, page.Status.ToWord());
        if (page.StatusReason is { } reason)
            WriteMeta(html, "pypi:project-status-reason"u8, reason);
        html.Markup("<title>Links for "u8);
        html.Text(page.Name);
        html.Markup("</title>\n</head>\n<body>\n<h1>Links for "u8);
        html.Text(page.Name);
        html.Markup("</h1>\n"u8);
        foreach (var file in page.Files)
            WriteFile(html, file);
        WriteEnd(html, page.LastSerial);
    }

    /// <summary>Writes the list of projects at api-version 1.4, each linked as <c>name/</c>, relative to the list.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, ProjectList list)
    {
        var html = new HtmlText(output);
        html.Markup("<!DOCTYPE html>\n<html>\n<head>\n<meta name=\"pypi:repository-version\" content=\"1.4\">\n"u8);
        html.Markup("<title>Simple index</title>\n</head>\n<body>\n"u8);
        foreach (var project in list.Projects)
        {
            html.Markup("<a href=\""u8);
            html.Text(PathSegment.Encode(ProjectName.Normalize(project.Name)));
            html.Markup("/\">"u8);
            html.Text(project.Name);
            html.Markup("</a><br>\n"u8);
        }
        WriteEnd(html, list.LastSerial);
    }

    static void WriteMeta(HtmlText html, ReadOnlySpan<byte> name, string content)
    {
        html.Markup("<meta name=\""u8);
        html.Markup(name);
        html.Markup("\""u8);
        html.Attribute("content"u8, content);
        html.Markup(">\n"u8);
    }

    static void WriteEnd(HtmlText html, long? lastSerial)
    {
        html.Markup("</body>\n</html>\n"u8);
        if (lastSerial is not { } serial)
            return;
        html.Markup("<!--SERIAL "u8);
        html.Text(serial.ToString(null, null));
        html.Markup("-->\n"u8);
    }

    static void WriteFile(HtmlText html, PageFile file)
    {
        html.Markup("<a href=\""u8);
        html.Text(file.Url);
        WriteFragment(html, file.Hashes);
        html.Markup("\""u8);
        if (file.RequiresPython is { } requiresPython)
            html.Attribute("data-requires-python"u8, requiresPython);
        if (file.CoreMetadata.IsPresent)
        {
            WriteMetadata(html, "data-dist-info-metadata"u8, file.CoreMetadata);
            WriteMetadata(html, "data-core-metadata"u8, file.CoreMetadata);
        }
        if (file.Yanked is { } yanked)
            html.Attribute("data-yanked"u8, yanked);
        if (file.Provenance is { } provenance)
            html.Attribute("data-provenance"u8, provenance);
        if (file.GpgSig is { } gpgSig)
            html.Attribute("data-gpg-sig"u8, gpgSig ? "true" : "false");
        html.Markup(">"u8);
        html.Text(file.FileName);
        html.Markup("</a><br>\n"u8);
    }

    /// <summary>Only algorithms of PEP 503: another in the fragment is an error to uv.</summary>
    static void WriteFragment(HtmlText html, FileHashes hashes)
    {
        if (hashes.Sha256 is { } sha256)
        {
            html.Markup("#sha256="u8);
            html.Hex(sha256);
        }
        else if (hashes.OtherAlgorithm is { } algorithm && _fragmentAlgorithms.Contains(algorithm))
        {
            html.Text($"#{algorithm}={hashes.OtherHex}");
        }
    }

    static void WriteMetadata(HtmlText html, ReadOnlySpan<byte> attribute, CoreMetadataAnswer answer)
    {
        html.Markup(" "u8);
        html.Markup(attribute);
        if (answer.Sha256 is not { } sha256)
        {
            html.Markup("=\"true\""u8);
            return;
        }
        html.Markup("=\"sha256="u8);
        html.Hex(sha256);
        html.Markup("\""u8);
    }
}
