namespace PyRepo.Packaging.Metadata;

/// <summary>The headers before a member that replace its fields: GNU's long names and pax records.</summary>
sealed class TarExtensions
{
    string? _path;
    string? _link;
    PaxRecords? _pax;
    string? _problem;

    public bool IsEmpty { get; private set; } = true;

    /// <summary>Adds an extension. If two have the same field, the first counts.</summary>
    /// <exception cref="ArchiveException">The extension renames all members.</exception>
    public void Add(TarMember extension, byte[] data)
    {
        switch (extension.Type)
        {
            case 'L':
                _problem ??= IsText(data) && _path is null && _pax is null ? null : "has more than one name";
                _path ??= TarHeader.ReadText(data);
                break;
            case 'K':
                _problem ??= IsText(data) && _link is null && _pax is null ? null : "has more than one link target";
                _link ??= TarHeader.ReadText(data);
                break;
            case 'x':
                var pax = PaxRecords.Read(data);
                _problem ??= pax.Problem
                    ?? (_path is null && _link is null && _pax is null ? null : "has more than one extended header");
                _path ??= pax.Path;
                _link ??= pax.LinkPath;
                _pax ??= pax;
                break;
            default:
                AddGlobal(PaxRecords.Read(data));
                break;
        }
        IsEmpty = false;
    }

    /// <summary>Replaces the fields of the member that follows.</summary>
    public TarMember ApplyTo(TarMember member)
    {
        var size = _pax?.Size ?? member.Size;
        if (size > TarHeader.MaxSize)
            throw new ArchiveException("The archive is not a tar, or is broken.");
        var result = member with
        {
            Path = _path ?? member.Path,
            LinkTarget = _link ?? member.LinkTarget,
            Type = _pax is { IsSparse: true } ? 'S' : member.Type,
            Size = size,
        };
        var problem = _problem
            ?? (size == member.Size ? null : "has two sizes")
            ?? (result.IsFile && result.Path.EndsWith('/') ? "is a file with the name of a directory" : null);
        return result with { Problem = member.Problem ?? problem };
    }

    /// <summary>Installers that know global records apply them to all members; others ignore them.</summary>
    void AddGlobal(PaxRecords pax)
    {
        if (pax.Path is not null || pax.LinkPath is not null || pax.Size is not null || pax.IsSparse)
            throw new ArchiveException("The tar gives all members one name, link target or size.");
        _problem ??= pax.Problem ?? (IsEmpty ? null : "has a global header between its own");
    }

    /// <summary>Whether all that follows the first NUL are NULs.</summary>
    static bool IsText(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)0);
        return end != 0 && !data.IsEmpty && (end < 0 || !data[end..].ContainsAnyExcept((byte)0));
    }
}

/// <summary>One member of a tar archive.</summary>
/// <param name="Path">The path as written.</param>
/// <param name="Type">The type flag: <c>0</c> a file, <c>1</c> and <c>2</c> links, <c>5</c> a directory, ….</param>
/// <param name="Size">The declared size, in bytes.</param>
/// <param name="LinkTarget">The target of a link; empty for other members.</param>
/// <param name="Problem">Why an upload with this header is rejected, or null.</param>
readonly record struct TarMember(string Path, char Type, long Size, string LinkTarget, string? Problem)
{
    public bool IsFile => Type is '0' or '\0' or '7';

    public bool IsDirectory => Type == '5';

    public bool IsHardLink => Type == '1';

    public bool IsSymbolicLink => Type == '2';

    /// <summary>A sparse file of GNU tar, in any of its formats.</summary>
    public bool IsSparse => Type == 'S';

    /// <summary>Whether this describes the next member.</summary>
    public bool IsExtension => Type is 'x' or 'g' or 'L' or 'K';

    /// <summary>The length of the data after the header. Links, directories and devices have none, whatever their size
    /// says.</summary>
    public long DataLength => Type is >= '1' and <= '6' ? 0 : Size;
}
