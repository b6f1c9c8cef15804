using System.Collections.Frozen;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>
/// A text field that an upload's form is read for, with its longest length. There is no way to keep another one.
/// </summary>
sealed class UploadField
{
    UploadField(string name, int maxLength = ServerLimits.MaxUploadFieldLength) => (Name, MaxLength) = (name, maxLength);

    /// <summary>What the file's own metadata says, too. Nothing is kept of a longer one.</summary>
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
        Action, ProtocolVersion, Project, Version, NamesFrom, FileType, Sha256, Md5, Blake2b256, RequiresPython, Summary,
        UploadTime, Attestations, Provenance,
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
