using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Uploads;

/// <summary>
/// What an upload must be, as ordered pure rules. Each looks at facts and, where they break it, says so in a sentence.
/// </summary>
static class UploadRules
{
    delegate RejectedException? Rule(UploadContext facts);

    /// <summary>What the fields before the content can show already, so that a bad upload is not stored at all.</summary>
    static readonly ImmutableArray<Rule> _early = [NameIsOne, FileNameIsSafe, FileNameFitsName, VersionIsOne, FileNameFitsVersion, TypeFits];

    /// <summary>All that is asked of the form once the whole of it is there.</summary>
    static readonly ImmutableArray<Rule> _form =
        [ActionIsUpload, ProtocolIsKnown, HasContent, HasName, HasVersion, .. _early, IsDistribution];

    /// <summary>What only the content shows.</summary>
    static readonly ImmutableArray<Rule> _content =
        [Sha256Agrees, Md5Agrees, Blake2Agrees, MetadataNamesProject, MetadataNamesVersion];

    /// <summary>Refuses on the fields that came before the content.</summary>
    public static void CheckEarly(UploadContext facts) => Check(_early, facts);

    /// <summary>Refuses on the whole form.</summary>
    public static void CheckForm(UploadContext facts) => Check(_form, facts);

    /// <summary>Refuses on what arrived.</summary>
    public static void CheckContent(UploadContext facts) => Check(_content, facts);

    static void Check(ImmutableArray<Rule> rules, UploadContext facts)
    {
        foreach (var rule in rules)
        {
            if (rule(facts) is { } refusal)
                throw refusal;
        }
    }

    static RejectedException Reject(string sentence) => new(RejectionReason.Invalid, sentence);

    static RejectedException? ActionIsUpload(UploadContext facts) => facts.Form.Action switch
    {
        "file_upload" => null,
        null => Reject("The field ':action' is missing; an upload says 'file_upload'."),
        "submit" or "submit_pkg_info" or "doc_upload" =>
            new RejectedException(RejectionReason.Obsolete, $"':action' '{facts.Form.Action}' is gone; upload the file itself."),
        var other => Reject($"':action' '{other}' is not known; an upload says 'file_upload'."),
    };

    static RejectedException? ProtocolIsKnown(UploadContext facts) => facts.Form.ProtocolVersion is null or "1"
        ? null
        : Reject($"'protocol_version' '{facts.Form.ProtocolVersion}' is not known; only '1' is.");

    static RejectedException? HasContent(UploadContext facts) =>
        facts.FileName is null ? Reject("The file part 'content' is missing.") : null;

    static RejectedException? HasName(UploadContext facts) =>
        facts.Form.Name is null ? Reject("The field 'name' is missing.") : null;

    static RejectedException? HasVersion(UploadContext facts) =>
        facts.Form.Version is null ? Reject("The field 'version' is missing.") : null;

    static RejectedException? NameIsOne(UploadContext facts) => facts.Form.Name is { } name && !ProjectName.TryParse(name, out _)
        ? Reject($"'{name}' is not a project name: letters, digits, '.', '-' and '_', beginning and ending with a letter or digit.")
        : null;

    static RejectedException? VersionIsOne(UploadContext facts) =>
        facts.Form.Version is { } version && !PythonVersion.TryParse(version, out _)
            ? Reject($"'{version}' is not a version that PEP 440 allows.")
            : null;

    static RejectedException? FileNameIsSafe(UploadContext facts) =>
        facts.FileName is { } name && !DistributionFileName.IsSafe(name)
            ? Reject($"'{Printable(name)}' is not a file name.")
            : null;

    static RejectedException? FileNameFitsName(UploadContext facts)
    {
        if (facts is not { FileName: { } file, Form.Name: { } name } || facts.Distribution is not null)
            return null;
        return DistributionFileName.TryParse(file, out var other) && other.Project != ProjectName.Parse(name)
            ? Reject($"The file '{file}' is of the project '{other.Project}', but the form says '{name}'.")
            : Reject($"'{file}' is not the name of a wheel or a source distribution of '{name}'.");
    }

    static RejectedException? FileNameFitsVersion(UploadContext facts)
    {
        if (facts is not { Distribution: { } file, Form.Version: { } version })
            return null;
        if (file.Version is null)
            return Reject($"'{file.FileName}' has a version that PEP 440 does not allow: '{file.VersionText}'.");
        // A wheel's name can't hold a local version's every spelling; equal as versions is what counts.
        return file.Version.Equals(PythonVersion.Parse(version))
            ? null
            : Reject($"The file '{file.FileName}' is of version {file.Version}, but the form says '{version}'.");
    }

    static RejectedException? TypeFits(UploadContext facts)
    {
        if (facts is not { Distribution: { } file, Form.FileType: { } type })
            return null;
        if (!PackageTypeNames.TryParse(type, out var stated))
            return Reject($"'filetype' '{type}' is not known; use 'bdist_wheel' or 'sdist'.");
        return stated == file.PackageType
            ? null
            : Reject($"The file '{file.FileName}' is a {file.PackageType.ToName()}, but the form says '{type}'.");
    }

    static RejectedException? IsDistribution(UploadContext facts) =>
        facts.Distribution is { PackageType: PackageType.Unknown }
            ? Reject($"'{facts.FileName}' is neither a wheel nor a source distribution.")
            : null;

    static RejectedException? Sha256Agrees(UploadContext facts) =>
        Agrees("SHA-256", facts.Form.Sha256, facts.Digests!.Sha256.ToString());

    static RejectedException? Md5Agrees(UploadContext facts) => Agrees("MD5", facts.Form.Md5, facts.Digests!.Md5);

    static RejectedException? Blake2Agrees(UploadContext facts) =>
        Agrees("BLAKE2b-256", facts.Form.Blake2b256, facts.Digests!.Blake2b256);

    static RejectedException? Agrees(string algorithm, string? stated, string? computed) =>
        stated is null || stated.Equals(computed, StringComparison.OrdinalIgnoreCase)
            ? null
            : Reject($"The {algorithm} of the file is {computed}, but the form says '{Printable(stated)}'. Upload it again.");

    static RejectedException? MetadataNamesProject(UploadContext facts)
    {
        if (facts.Metadata is not { } metadata)
            return null;
        return ProjectName.TryParse(metadata.Name, out var name) && name == facts.Distribution!.Project
            ? null
            : Reject($"The metadata in '{facts.FileName}' name the project '{metadata.Name}', not '{facts.Distribution!.Project}'.");
    }

    static RejectedException? MetadataNamesVersion(UploadContext facts)
    {
        if (facts.Metadata is not { } metadata)
            return null;
        return PythonVersion.TryParse(metadata.Version, out var version) && version.Equals(facts.Distribution!.Version)
            ? null
            : Reject($"The metadata in '{facts.FileName}' say version '{metadata.Version}', not {facts.Distribution!.Version}.");
    }

    static string Printable(string text) =>
        string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c));
}
