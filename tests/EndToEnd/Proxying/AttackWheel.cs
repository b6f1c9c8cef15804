using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EndToEnd.Proxying;

/// <summary>Harmless copies of the layouts of attacks: wheels that have members beside their module.</summary>
public static class AttackWheel
{
    /// <summary>A wheel's file on a page.</summary>
    /// <param name="project">Its project, whose one module says its version.</param>
    /// <param name="version">Its version.</param>
    /// <param name="uploaded">When it was uploaded.</param>
    /// <param name="members">Its other members; <c>INFO/</c> stands for its <c>.dist-info</c>.</param>
    public static ScriptedFile Make(
        string project, string version, DateTimeOffset uploaded, params (string Name, string Content)[] members) =>
        new($"{project.Replace('-', '_')}-{version}-py3-none-any.whl", MakeBytes(project, version, members))
        {
            UploadTime = Format(uploaded),
        };

    /// <summary>A time as pages have it.</summary>
    public static string Format(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffff}Z";

    /// <summary>Answers a file, and ranges of it.</summary>
    public static Reply AnswerRanges(byte[] bytes) => context =>
        TypedResults.Bytes(bytes, "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context);

    static byte[] MakeBytes(string project, string version, (string Name, string Content)[] members)
    {
        var name = project.Replace('-', '_');
        var info = $"{name}-{version}.dist-info/";
        List<(string Name, string Content)> all =
        [
            ($"{name}/__init__.py", $"value = '{version}'\n"),
            .. members.Select(member => (member.Name.Replace("INFO/", info), member.Content)),
            (info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        ];
        if (all.TrueForAll(member => member.Name != info + "METADATA"))
            all.Add((info + "METADATA", $"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"));
        all.Add((info + "RECORD", string.Concat(all.Select(member => $"{member.Name},,\n")) + info + "RECORD,,\n"));
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (member, content) in all)
            {
                using var stream = zip.CreateEntry(member).Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }
        return bytes.ToArray();
    }
}
