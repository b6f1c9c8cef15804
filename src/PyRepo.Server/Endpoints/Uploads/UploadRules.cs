using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>
/// The rules for uploads, in order. Each rule is a pure function of the context, and returns a rejection with a message
/// if the upload violates it.
/// </summary>
static class UploadRules
{
    /// <summary>How far the clock of the server from which a release is promoted may be ahead.</summary>
    static readonly TimeSpan _clockSkew = TimeSpan.FromMinutes(5);

    delegate RejectedException? Rule(UploadContext context);

    /// <summary>
    /// Rules that need only the fields before the content, so that an invalid upload is not stored at all.
    /// </summary>
    static readonly ImmutableArray<Rule> _early =
    [
        NameIsValid, FileNameIsSafe, FileNameMatchesName, FormatIsAccepted, VersionIsValid, FileNameMatchesVersion,
        FileTypeMatches,
    ];

    /// <summary>Rules for the complete form.</summary>
    static readonly ImmutableArray<Rule> _form =
    [
        ActionIsUpload, ProtocolIsKnown, HasContent, HasName, HasVersion, .. _early, IsDistribution, UploadTimeIsValid,
    ];

    /// <summary>Rules for the content.</summary>
    static readonly ImmutableArray<Rule> _content =
        [Sha256Agrees, Md5Agrees, Blake2Agrees, AttestationsAgree, MetadataNamesProject, MetadataNamesVersion];

    /// <summary>Rejects an upload based on the fields before the content.</summary>
    public static void CheckEarly(UploadContext context) => Check(_early, context);

    /// <summary>Rejects an upload based on the complete form.</summary>
    public static void CheckForm(UploadContext context) => Check(_form, context);

    /// <summary>Rejects an upload based on the received content.</summary>
    public static void CheckContent(UploadContext context) => Check(_content, context);

    static void Check(ImmutableArray<Rule> rules, UploadContext context)
    {
        foreach (var rule in rules)
        {
            if (rule(context) is { } rejection)
                throw rejection;
        }
    }

    static RejectedException Reject(string message) => new(RejectionReason.Invalid, message);

    static RejectedException? ActionIsUpload(UploadContext context) => context.Form.Action switch
    {
        "file_upload" => null,
        null => Reject("The field ':action' is missing. For an upload it must be 'file_upload'."),
        "submit" or "submit_pkg_info" or "doc_upload" =>
            new RejectedException(
                RejectionReason.Obsolete,
                $"':action' '{context.Form.Action}' is no longer supported. Upload the file itself."),
        var other => Reject($"':action' '{other}' is not known. For an upload it must be 'file_upload'."),
    };

    static RejectedException? ProtocolIsKnown(UploadContext context) => context.Form.ProtocolVersion is null or "1"
        ? null
        : Reject($"'protocol_version' '{context.Form.ProtocolVersion}' is not known. It must be '1'.");

    static RejectedException? HasContent(UploadContext context) =>
        context.FileName is null ? Reject("The file part 'content' is missing.") : null;

    static RejectedException? HasName(UploadContext context) =>
        context.Form.Name is null ? Reject("The field 'name' is missing.") : null;

    static RejectedException? HasVersion(UploadContext context) =>
        context.Form.Version is null ? Reject("The field 'version' is missing.") : null;

    static RejectedException? NameIsValid(UploadContext context) => context.Form.Name switch
    {
        null => null,
        { Length: > ServerLimits.MaxProjectNameLength } =>
            Reject($"The project's name has more than {ServerLimits.MaxProjectNameLength} characters."),
        var name when ProjectName.TryParse(name, out _) => null,
        var name => Reject(
            $"'{name}' is not a project name: letters, digits, '.', '-' and '_', beginning and ending with a letter "
                + "or digit."),
    };

    static RejectedException? VersionIsValid(UploadContext context) => context.Form.Version switch
    {
        null => null,
        { Length: > ServerLimits.MaxVersionLength } =>
            Reject($"The version has more than {ServerLimits.MaxVersionLength} characters."),
        var version when PythonVersion.TryParse(version, out _) => null,
        var version => Reject($"'{version}' is not a version that PEP 440 allows."),
    };

    static RejectedException? FileNameIsSafe(UploadContext context) => context.FileName switch
    {
        null => null,
        { Length: > ServerLimits.MaxFileNameLength } =>
            Reject($"The file's name has more than {ServerLimits.MaxFileNameLength} characters."),
        var name when DistributionFileName.IsSafe(name) => null,
        var name => Reject($"'{Printable(name)}' is not a file name."),
    };

    static RejectedException? FileNameMatchesName(UploadContext context)
    {
        if (context is not { FileName: { } file, Form.Name: { } name } || context.Distribution is not null)
            return null;
        return DistributionFileName.TryParse(file, out var other) && other.Project != ProjectName.Parse(name)
            ? Reject($"The file '{file}' is of the project '{other.Project}', but the form says '{name}'.")
            : Reject($"'{file}' is not the name of a wheel or a source distribution of '{name}'.");
    }

    static RejectedException? FormatIsAccepted(UploadContext context) =>
        context.Distribution is { } file && UploadFormat.Problem(file) is { } problem ? Reject(problem) : null;

    static RejectedException? FileNameMatchesVersion(UploadContext context)
    {
        if (context is not { Distribution: { } file, Form.Version: { } version })
            return null;
        if (file.Version is null)
            return Reject($"'{file.FileName}' has a version that PEP 440 does not allow: '{file.VersionText}'.");
        // A wheel's name cannot express every spelling of a local version, so compare the parsed versions.
        return file.Version.Equals(PythonVersion.Parse(version))
            ? null
            : Reject($"The file '{file.FileName}' is of version {file.Version}, but the form says '{version}'.");
    }

    static RejectedException? FileTypeMatches(UploadContext context)
    {
        if (context is not { Distribution: { } file, Form.FileType: { } type })
            return null;
        if (!PackageTypeNames.TryParse(type, out var stated))
            return Reject($"'filetype' '{type}' is not known. Use 'bdist_wheel' or 'sdist'.");
        return stated == file.PackageType
            ? null
            : Reject($"The file '{file.FileName}' is a {file.PackageType.ToName()}, but the form says '{type}'.");
    }

    static RejectedException? IsDistribution(UploadContext context) =>
        context.Distribution is { PackageType: PackageType.Unknown }
            ? Reject($"'{context.FileName}' is neither a wheel nor a source distribution.")
            : null;

    static RejectedException? Sha256Agrees(UploadContext context) =>
        Agrees("SHA-256", context.Form.Sha256, context.Digests!.Sha256.ToString());

    static RejectedException? Md5Agrees(UploadContext context) => Agrees("MD5", context.Form.Md5, context.Digests!.Md5);

    static RejectedException? Blake2Agrees(UploadContext context) =>
        Agrees("BLAKE2b-256", context.Form.Blake2b256, context.Digests!.Blake2b256);

    static RejectedException? Agrees(string algorithm, string? stated, string? computed) =>
        stated is null || stated.Equals(computed, StringComparison.OrdinalIgnoreCase)
            ? null
            : Reject(
                $"The {algorithm} of the file is {computed}, but the form says '{Printable(stated)}'. "
                + "Upload it again.");

    static RejectedException? UploadTimeIsValid(UploadContext context) =>
        context.Form.UploadTime is null
            || (TryParseTime(context.Form.UploadTime, out var time) && time <= context.Now + _clockSkew)
            ? null
            : Reject($"'upload_time' '{Printable(context.Form.UploadTime)}' is not a time of the past in RFC 3339.");

    /// <summary>Parses a time as the Simple API writes it.</summary>
    public static bool TryParseTime(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, ["yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ"], CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    static RejectedException? AttestationsAgree(UploadContext context) =>
        (context.Form.Provenance ?? context.Form.Attestations) is { } json
        && AttestationProblem(json, context) is { } problem
            ? Reject($"Invalid attestations supplied during upload: {problem}.")
            : null;

    static string? AttestationProblem(string json, UploadContext context)
    {
        var file = context.Distribution!;
        if (!StorageLayout.CanHaveProvenance(file.FileName))
            return "the name of the file is too long to have any";
        IReadOnlyList<Attestation>? attestations;
        var isValid = context.Form.Provenance is not null
            ? Provenance.TryReadAttestations(json, out attestations, out var problem)
            : Attestation.TryParseArray(json, out attestations, out problem);
        if (!isValid)
            return problem;
        foreach (var attestation in attestations!)
        {
            if (!AttestationVerifier.IsNameOf(attestation.Subject, file))
                return $"a statement is about '{Printable(attestation.Subject)}', not '{file.FileName}'";
            if (attestation.Sha256 != context.Digests!.Sha256)
                return $"a statement has the SHA-256 {attestation.Sha256}, but that of the file is "
                    + $"{context.Digests.Sha256}";
        }
        return null;
    }

    static RejectedException? MetadataNamesProject(UploadContext context)
    {
        if (context.Metadata is not { } metadata)
            return null;
        return ProjectName.TryParse(metadata.Name, out var name) && name == context.Distribution!.Project
            ? null
            : Reject(
                $"The metadata in '{context.FileName}' names the project '{metadata.Name}', "
                + $"not '{context.Distribution!.Project}'.");
    }

    static RejectedException? MetadataNamesVersion(UploadContext context)
    {
        if (context.Metadata is not { } metadata)
            return null;
        return PythonVersion.TryParse(metadata.Version, out var version)
            && version.Equals(context.Distribution!.Version)
            ? null
            : Reject(
                $"The metadata in '{context.FileName}' has the version '{metadata.Version}', "
                + $"not {context.Distribution!.Version}.");
    }

    static string Printable(string text) => string.Concat(text.Take(200).Select(c => IsVisible(c) ? c : '?'));

    /// <summary>Whether a character is seen, and does not change the order of others.</summary>
    static bool IsVisible(char letter) => char.GetUnicodeCategory(letter) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
