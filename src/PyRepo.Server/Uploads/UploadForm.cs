namespace PyRepo.Server.Uploads;

/// <summary>The text fields of an upload (PyPI's legacy API). Empty values and <c>UNKNOWN</c> count as not given.</summary>
sealed class UploadForm
{
    readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    /// <summary>What is to be done; <c>file_upload</c> for an upload.</summary>
    public string? Action => this[":action"];

    /// <summary>The project's name, in any spelling.</summary>
    public string? Name => this["name"];

    /// <summary>The version, in any spelling.</summary>
    public string? Version => this["version"];

    /// <summary>The kind of file: <c>sdist</c>, <c>bdist_wheel</c>…</summary>
    public string? FileType => this["filetype"];

    /// <summary>The version of the protocol; always <c>1</c>.</summary>
    public string? ProtocolVersion => this["protocol_version"];

    /// <summary>Digests in hexadecimal, of any case.</summary>
    public string? Sha256 => this["sha256_digest"];

    /// <inheritdoc cref="Sha256"/>
    public string? Md5 => this["md5_digest"];

    /// <inheritdoc cref="Sha256"/>
    public string? Blake2b256 => this["blake2_256_digest"];

    /// <summary>The first value of a field that is given.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>Takes up a field.</summary>
    public void Add(string field, string value)
    {
        var trimmed = value.Trim();
        if (trimmed.Length > 0 && trimmed != "UNKNOWN")
            _fields.TryAdd(field, trimmed);
    }
}
