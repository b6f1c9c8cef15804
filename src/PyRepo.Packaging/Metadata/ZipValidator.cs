namespace PyRepo.Packaging.Metadata;

/// <summary>Rejects uploaded ZIPs that installers reject, or that could deceive them: whoever reads the directory, and
/// whoever reads the file from its beginning, like uv, must find the same members with the same bytes.</summary>
sealed class ZipValidator(Stream stream, ZipDirectory directory)
{
    const long RatioExemptLength = 64L << 20;
    const int MaxRatio = 50;

    readonly MemberTree _tree = new();
    readonly List<(long Start, long End)> _extents = [];
    long _inflated;
    long _compressed;
    long _occupied;

    /// <summary>The paths of the members.</summary>
    public MemberTree Members => _tree;

    /// <summary>Checks all members, decompresses each, and passes each to a callback before that.</summary>
    /// <exception cref="ArchiveException">A member, or the whole archive, is rejected.</exception>
    public void Validate(Action<ZipEntry> add, CancellationToken cancellationToken)
    {
        CheckDirectory(add, cancellationToken);
        foreach (var entry in directory.ReadEntries())
            ZipMember.Verify(stream, entry, _ => { }, cancellationToken);
    }

    /// <summary>Checks all that can be known of the members before they are decompressed, and passes each to a
    /// callback.</summary>
    /// <exception cref="ArchiveException">A member, or the whole archive, is rejected.</exception>
    public void CheckDirectory(Action<ZipEntry> add, CancellationToken cancellationToken)
    {
        if (directory.Prefix != 0)
            throw new ArchiveException("The file has extra bytes before the ZIP.");
        if (directory.End != stream.Length)
            throw new ArchiveException("The file has extra bytes after the ZIP.");
        if (directory.Problem is not null)
            throw new ArchiveException(directory.Problem);
        foreach (var entry in directory.ReadEntries())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Check(entry);
            add(entry);
        }
        CheckBomb();
        CheckExtents();
    }

    void Check(ZipEntry entry)
    {
        ZipEntryRules.Check(entry);
        var kind = entry.IsDirectory ? ArchiveMemberKind.Directory : ArchiveMemberKind.File;
        _tree.Add(MemberPath.Normalize(entry.Name), kind);
        var data = ZipMember.FindData(stream, entry, mustAgree: true);
        _extents.Add((entry.Offset, data + entry.CompressedSize));
        // Long before all are read: each header's extra fields may hold thousands of other headers.
        if ((_occupied += data - entry.Offset + entry.CompressedSize) > directory.Start)
            throw Overlap();
        _inflated = entry.Size > long.MaxValue - _inflated ? long.MaxValue : _inflated + entry.Size;
        _compressed += entry.CompressedSize;
    }

    void CheckBomb()
    {
        if (_inflated > RatioExemptLength && _inflated / MaxRatio > _compressed)
            throw new ArchiveException(
                $"The ZIP would inflate from {_compressed} to {_inflated} bytes, more than {MaxRatio} times its size.");
    }

    /// <summary>Members must fill the file up to the directory. To a program that reads the file from its beginning,
    /// bytes between them could be another member.</summary>
    void CheckExtents()
    {
        _extents.Sort();
        var end = 0L;
        foreach (var extent in _extents.Append((Start: directory.Start, End: directory.Start)))
        {
            if (extent.Start < end)
                throw Overlap();
            if (extent.Start > end)
                throw new ArchiveException("The ZIP has extra bytes before or between its members.");
            end = extent.End;
        }
    }

    static ArchiveException Overlap() => new("Members of the ZIP overlap each other or the directory.");
}
