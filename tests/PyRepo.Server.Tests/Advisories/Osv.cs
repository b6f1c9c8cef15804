using System.IO.Compression;
using System.Text;
using PyRepo.Advisories;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Tests.Advisories;

/// <summary>Advisories as OSV writes them.</summary>
static class Osv
{
    public static readonly ProjectName Project = ProjectName.Parse("foo-bar");

    /// <summary>An advisory about Foo.Bar. What differs is JSON.</summary>
    public static string Json(
        string id = "PYSEC-2026-1", string affected = """[{ "introduced": "0" }, { "fixed": "1.0" }]""",
        string versions = "[]", string aliases = "[]", string more = "") => $$"""
        {
          "id": "{{id}}", "aliases": {{aliases}}, "modified": "2026-01-02T03:04:05Z", "summary": "A summary.",
          "affected": [
            {
              "package": { "ecosystem": "PyPI", "name": "Foo.Bar" },
              "ranges": [{ "type": "ECOSYSTEM", "events": {{affected}} }],
              "versions": {{versions}}
            }
          ]
          {{more}}
        }
        """;

    /// <summary>A zip file.</summary>
    public static MemoryStream Zip(params IEnumerable<(string Name, string Content)> entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var entry = zip.CreateEntry(name);
                // Else the same documents have other bytes two seconds later.
                entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var writer = new StreamWriter(entry.Open());
                writer.Write(content);
            }
        }
        stream.Position = 0;
        return stream;
    }

    public static MemoryStream Zip(params IEnumerable<string> documents) =>
        Zip(documents.Select((document, index) => ($"{index}.json", document)));

    public static AdvisoryDatabase Read(params IEnumerable<string> documents) =>
        AdvisoryDatabase.Read(Zip(documents), default);

    /// <summary>Reads a file that is no zip file.</summary>
    public static AdvisoryDatabase ReadText(string text) =>
        AdvisoryDatabase.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), default);

    public static bool Affects(this AdvisoryDatabase database, string version) =>
        database.Find(Project, PythonVersion.ParseOrNull(version), version).Length > 0;
}
