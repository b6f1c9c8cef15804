using System.IO.Compression;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Inspection;

namespace PyRepo.Packaging.Tests.Inspection;

/// <summary>A small wheel, member by member. Unless it is said otherwise, RECORD lists them all.</summary>
sealed class BuiltWheel(string project = "demo", string version = "1.0")
{
    readonly List<(string Name, string Content)> _members = [($"{project}/__init__.py", "")];

    public string Metadata { get; init; } = $"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n";

    /// <summary>What RECORD has instead of a row for each member.</summary>
    public string? Record { get; init; }

    public BuiltWheel With(string name, string content = "")
    {
        _members.Add((name, content));
        return this;
    }

    public DistributionFileName Name => Parse($"{project}-{version}-py3-none-any.whl");

    public static DistributionFileName Parse(string fileName) =>
        DistributionFileName.TryParse(fileName, out var name) ? name : throw new ArgumentException(fileName);

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var info = $"{project}-{version}.dist-info";
            var all = _members.Append(($"{info}/METADATA", Metadata)).Append(($"{info}/WHEEL", "Wheel-Version: 1.0\n"))
                .ToList();
            var record = Record ?? string.Concat(all.Select(member => $"{member.Item1},,\n")) + $"{info}/RECORD,,\n";
            foreach (var (name, content) in all.Append(($"{info}/RECORD", record)))
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }
        return bytes.ToArray();
    }

    public ArchiveFacts Inspect() => ArchiveInspector.Inspect(new MemoryStream(ToBytes()), Name);
}
