using System.Text.Json;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;
using PyRepo.Testing;
using static PyRepo.Packaging.Tests.VectorFile;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>Real distributions of 30 projects, and what is known of each.</summary>
public sealed class CorpusTests
{
    [AssetFact("corpus/MANIFEST.json")]
    public void File_names_say_project_version_and_kind()
    {
        CheckAll(Manifest(), entry =>
        {
            var project = ProjectName.Parse(entry.Text("project"));
            if (!DistributionFileName.TryParse(entry.Text("filename"), project, out var name))
                return "not read";
            if (!DistributionFileName.TryParse(entry.Text("filename"), out var alone))
                return "not read without knowing the project";
            // The list leaves the RPM's own release and architecture at the version.
            var version = name.PackageType == PackageType.Rpm ? name.VersionText + "-1.src" : name.VersionText;
            return Differs("version", entry.Text("version"), version)
                ?? Differs("project alone", project, alone.Project)
                ?? Differs("version alone", name.VersionText, alone.VersionText)
                ?? Differs("identity", name.Identity, alone.Identity);
        });
    }

    [AssetFact("corpus/files")]
    public void Real_uploads_pass_the_strict_reading_and_give_their_metadata()
    {
        CheckAll(Manifest(), entry => IsOldFormat(entry) ? null : Compare(entry, strict: true));
    }

    [AssetFact("corpus/files")]
    public void Real_sdists_in_old_formats_are_rejected_as_uploads() => CheckAll(Manifest(), entry =>
        IsOldFormat(entry) == IsRejected(File.ReadAllBytes(GetPath(entry)), Name(entry), strict: true)
            ? null
            : "is judged differently");

    [AssetFact("python/wheels")]
    public void Wheels_of_real_tools_pass_the_strict_reading()
    {
        var folders = (string[])["python/wheels", "python/wheels-old", "python/wheels-peers"];
        var wheels = folders.SelectMany(folder => Directory.GetFiles(Assets.GetPath(folder), "*.whl")).ToList();
        Assert.NotEmpty(wheels);
        Assert.All(wheels, path =>
        {
            Assert.True(DistributionFileName.TryParse(Path.GetFileName(path), out var name));
            using var stream = File.OpenRead(path);
            Assert.NotNull(DistributionArchive.Read(stream, name, strict: true).Metadata);
        });
    }

    [AssetFact("corpus/files")]
    public void Real_files_pass_the_lenient_reading_and_give_their_metadata()
    {
        CheckAll(Manifest(), entry => Compare(entry, strict: false));
    }

    [AssetFact("corpus/files")]
    public void Any_real_file_that_is_cut_off_is_rejected()
    {
        CheckAll(Manifest(), entry =>
        {
            var name = Name(entry);
            // Of these formats only the beginning is looked at.
            if (name.PackageType is PackageType.Rpm || IsOldFormat(entry))
                return null;
            var bytes = File.ReadAllBytes(GetPath(entry));
            foreach (var length in (int[])[0, 1, 30, bytes.Length / 2, bytes.Length - 30, bytes.Length - 1])
            {
                foreach (var strict in (bool[])[true, false])
                {
                    if (!IsRejected(bytes[..length], name, strict))
                        return $"{length} of {bytes.Length} bytes are accepted (strict: {strict})";
                }
            }
            return null;
        });
    }

    static string? Compare(JsonElement entry, bool strict)
    {
        using var stream = File.OpenRead(GetPath(entry));
        ArchiveContent content;
        try
        {
            content = DistributionArchive.Read(stream, Name(entry), strict);
        }
        catch (ArchiveException problem)
        {
            return problem.Message;
        }
        // .NET has no bzip2: of such an archive only the beginning is looked at.
        if (IsOldFormat(entry))
            return Differs("metadata", null, content.Metadata);
        var digest = content.Metadata is null ? null : Sha256Digest.HashData(content.Metadata).ToString();
        var difference = Differs("metadata_path", entry.TextOrNull("metadata_path"), content.MetadataPath)
            ?? Differs("metadata_sha256", entry.TextOrNull("metadata_sha256"), digest);
        if (difference is not null || content.Metadata is null)
            return difference;
        var metadata = CoreMetadata.Parse(content.Metadata);
        return Differs("Metadata-Version", entry.TextOrNull("metadata_version"), metadata.MetadataVersion)
            ?? Differs("Name", entry.TextOrNull("metadata_name"), metadata.Name)
            ?? Differs("Version", entry.TextOrNull("metadata_version_field"), metadata.Version)
            ?? Differs("Requires-Python", entry.TextOrNull("metadata_requires_python"), metadata.RequiresPython)
            ?? Differs("License-Expression", entry.TextOrNull("license_expression"), metadata.LicenseExpression)
            ?? Differs("License-File", Joined(entry.Texts("license_files")), Joined(metadata.LicenseFiles))
            ?? Differs("Dynamic", Joined(entry.Texts("dynamic")), Joined(metadata.Dynamic));
    }

    static bool IsOldFormat(JsonElement entry) => entry.Text("filename").EndsWith(".tar.bz2", StringComparison.Ordinal);

    static bool IsRejected(byte[] bytes, DistributionFileName name, bool strict)
    {
        try
        {
            DistributionArchive.Read(new MemoryStream(bytes), name, strict);
            return false;
        }
        catch (ArchiveException)
        {
            return true;
        }
    }

    static DistributionFileName Name(JsonElement entry) =>
        DistributionFileName.TryParse(entry.Text("filename"), ProjectName.Parse(entry.Text("project")), out var name)
            ? name
            : throw new FormatException(entry.Text("filename"));

    static string Joined(IEnumerable<string> values) => string.Join(' ', values);

    static string GetPath(JsonElement entry) => Path.Combine(Assets.Find("corpus/files")!, entry.Text("filename"));

    static JsonElement Manifest() =>
        JsonDocument.Parse(File.ReadAllBytes(Assets.Find("corpus/MANIFEST.json")!)).RootElement;
}
