using System.Collections.Frozen;
using PyRepo.Packaging.FileNames;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>
/// The text fields of an upload that are read (<see href="https://docs.pypi.org/api/upload/">PyPI's legacy upload API</see>). Empty
/// values and <c>UNKNOWN</c> count as missing.
/// </summary>
sealed class UploadForm
{
    readonly Dictionary<UploadField, string> _fields = [];

    /// <summary>The requested action. It is <c>file_upload</c> for an upload.</summary>
    public string? Action => this[UploadField.Action];

    /// <summary>The project's name, in any spelling.</summary>
    public string? Name => this[UploadField.Project];

    /// <summary>The version, in any spelling.</summary>
    public string? Version => this[UploadField.Version];

    /// <summary>The kind of file: <c>sdist</c>, <c>bdist_wheel</c>…</summary>
    public string? FileType => this[UploadField.FileType];

    /// <summary>The version of the protocol, which is always <c>1</c>.</summary>
    public string? ProtocolVersion => this[UploadField.ProtocolVersion];

    /// <summary>The digest in hexadecimal, in any case.</summary>
    public string? Sha256 => this[UploadField.Sha256];

    /// <inheritdoc cref="Sha256"/>
    public string? Md5 => this[UploadField.Md5];

    /// <inheritdoc cref="Sha256"/>
    public string? Blake2b256 => this[UploadField.Blake2b256];

    /// <summary>A JSON array of attestations (<see href="https://peps.python.org/pep-0740/">PEP 740</see>).</summary>
    public string? Attestations => this[UploadField.Attestations];

    /// <summary>
    /// The provenance of a file that another repository had before. Only a Maintainer may vouch for it.
    /// </summary>
    public string? Provenance => this[UploadField.Provenance];

    /// <summary>When another repository received the file. Only a Maintainer may say so.</summary>
    public string? UploadTime => this[UploadField.UploadTime];

    /// <summary>
    /// Takes the project's name and the version from the name of the file, if the form asks for that with
    /// <c>names_from=file</c>. A browser's form cannot fill in more than the file.
    /// </summary>
    /// <exception cref="RejectedException">The name of the file has neither.</exception>
    public void DeriveNames(string fileName)
    {
        if (this[UploadField.NamesFrom] != "file" || Name is not null || Version is not null)
            return;
        if (!DistributionFileName.TryParse(fileName, out var file) || UploadFormat.Problem(file) is not null)
        {
            throw new RejectedException(
                RejectionReason.Invalid, $"'{fileName}' is not the name of a wheel or a source distribution.");
        }
        Add(UploadField.Project, file.Project.Value);
        Add(UploadField.Version, file.VersionText);
    }

    /// <summary>Returns the first value of a field, or null if there is none.</summary>
    public string? this[UploadField field] => _fields.GetValueOrDefault(field);

    /// <summary>Adds a field.</summary>
    public void Add(UploadField field, string value)
    {
        var trimmed = value.Trim();
        if (trimmed.Length > 0 && trimmed != "UNKNOWN")
            _fields.TryAdd(field, trimmed);
    }
}

/// <summary>
/// A text field that an upload's form is read for, with its longest length. There is no way to keep another one.
/// </summary>
sealed class UploadField
{
    UploadField(string name, int maxLength = ServerLimits.MaxUploadFieldLength) =>
        (Name, MaxLength) = (name, maxLength);

    /// <summary>Returns a field that the file's own metadata has, too. Nothing is kept of a longer one.</summary>
    static UploadField AlsoInMetadata(string name, int maxLength) => new(name, maxLength) { IsLeftOutIfLonger = true };

    public static UploadField Action { get; } = new(":action");

    public static UploadField ProtocolVersion { get; } = new("protocol_version");

    public static UploadField Project { get; } = new("name");

    public static UploadField Version { get; } = new("version");

    /// <summary>With the value <c>file</c>: the name of the file says the two before.</summary>
    public static UploadField NamesFrom { get; } = new("names_from");

    public static UploadField FileType { get; } = new("filetype");

    public static UploadField Sha256 { get; } = new("sha256_digest");

    public static UploadField Md5 { get; } = new("md5_digest");

    public static UploadField Blake2b256 { get; } = new("blake2_256_digest");

    public static UploadField RequiresPython { get; } =
        AlsoInMetadata("requires_python", ServerLimits.MaxRequiresPythonLength);

    public static UploadField Summary { get; } = AlsoInMetadata("summary", ServerLimits.MaxUploadSummaryLength);

    public static UploadField UploadTime { get; } = new("upload_time");

    public static UploadField Attestations { get; } = new("attestations", ServerLimits.MaxAttestationsLength);

    public static UploadField Provenance { get; } = new("provenance", ServerLimits.MaxProvenanceLength);

    static readonly FrozenDictionary<string, UploadField> _all = new[]
    {
        Action, ProtocolVersion, Project, Version, NamesFrom, FileType, Sha256, Md5, Blake2b256, RequiresPython,
        Summary, UploadTime, Attestations, Provenance,
    }.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Its name in the form.</summary>
    public string Name { get; }

    /// <summary>The most bytes that it may have.</summary>
    public int MaxLength { get; }

    /// <summary>Whether one with more bytes counts as missing. Else the upload is rejected.</summary>
    public bool IsLeftOutIfLonger { get; private init; }

    /// <summary>Whether it may have more than a share of memory that an upload begins with.</summary>
    public bool IsLarge => MaxLength > ServerLimits.MaxUploadSummaryLength;

    /// <summary>The field with a name; null: nothing reads it.</summary>
    public static UploadField? Find(string name) => _all.GetValueOrDefault(name);
}
