using PyRepo.Packaging.FileNames;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Uploads;

/// <summary>
/// The text fields of an upload (<see href="https://docs.pypi.org/api/upload/">PyPI's legacy upload API</see>). Empty
/// values and <c>UNKNOWN</c> count as missing.
/// </summary>
sealed class UploadForm
{
    readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    /// <summary>The requested action. It is <c>file_upload</c> for an upload.</summary>
    public string? Action => this[":action"];

    /// <summary>The project's name, in any spelling.</summary>
    public string? Name => this["name"];

    /// <summary>The version, in any spelling.</summary>
    public string? Version => this["version"];

    /// <summary>The kind of file: <c>sdist</c>, <c>bdist_wheel</c>…</summary>
    public string? FileType => this["filetype"];

    /// <summary>The version of the protocol, which is always <c>1</c>.</summary>
    public string? ProtocolVersion => this["protocol_version"];

    /// <summary>The digest in hexadecimal, in any case.</summary>
    public string? Sha256 => this["sha256_digest"];

    /// <inheritdoc cref="Sha256"/>
    public string? Md5 => this["md5_digest"];

    /// <inheritdoc cref="Sha256"/>
    public string? Blake2b256 => this["blake2_256_digest"];

    /// <summary>A JSON array of attestations (<see href="https://peps.python.org/pep-0740/">PEP 740</see>).</summary>
    public string? Attestations => this["attestations"];

    /// <summary>
    /// The provenance of a file that another repository had before. Only a Maintainer may vouch for it.
    /// </summary>
    public string? Provenance => this["provenance"];

    /// <summary>When another repository received the file. Only a Maintainer may say so.</summary>
    public string? UploadTime => this["upload_time"];

    /// <summary>Whether the form says what only a Maintainer may say.</summary>
    public bool IsPromotion => Provenance is not null || UploadTime is not null;

    /// <summary>
    /// Takes the project's name and the version from the name of the file, if the form asks for that with
    /// <c>names_from=file</c>. A browser's form cannot fill in more than the file.
    /// </summary>
    /// <exception cref="RejectedException">The name of the file has neither.</exception>
    public void DeriveNames(string fileName)
    {
        if (this["names_from"] != "file" || Name is not null || Version is not null)
            return;
        if (!DistributionFileName.TryParse(fileName, out var file) || UploadFormat.Problem(file) is not null)
        {
            throw new RejectedException(
                RejectionReason.Invalid, $"'{fileName}' is not the name of a wheel or a source distribution.");
        }
        Add("name", file.Project.Value);
        Add("version", file.VersionText);
    }

    /// <summary>Returns the first value of a field, or null if there is none.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>Adds a field.</summary>
    public void Add(string field, string value)
    {
        var trimmed = value.Trim();
        if (trimmed.Length > 0 && trimmed != "UNKNOWN")
            _fields.TryAdd(field, trimmed);
    }
}
