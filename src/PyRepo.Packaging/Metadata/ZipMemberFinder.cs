namespace PyRepo.Packaging.Metadata;

/// <summary>Finds a member of a ZIP, and checks all of them on the way.</summary>
static class ZipMemberFinder
{
    /// <summary>Returns the first matching member, or null.</summary>
    /// <param name="stream">The archive.</param>
    /// <param name="strict">Whether to make all checks for uploads. Otherwise only the directory must be complete, the
    /// last member inside the file, and the matching member the one that installers find.</param>
    /// <param name="isWanted">Called with each member's path.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArchiveException">The file is not a ZIP, or is rejected.</exception>
    public static ZipEntry? Find(
        Stream stream, bool strict, Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        ZipEntry? found = null;
        ZipEntry? last = null;
        void Add(ZipEntry entry)
        {
            CheckOtherName(entry, isWanted);
            if (isWanted(entry.Name) && !entry.IsDirectory)
                found = found is null ? entry : First(found, entry);
            if (last is null || entry.Offset > last.Offset)
                last = entry;
        }

        var directory = ZipDirectory.Open(stream);
        if (strict)
            new ZipValidator(stream, directory).Validate(Add, cancellationToken);
        else
            ReadAll(directory, Add, cancellationToken);
        if (last is null)
            return null;
        var data = ZipMember.FindData(stream, last, mustAgree: false);
        if (data + last.CompressedSize > directory.Start)
            throw new ArchiveException($"The member {MemberPath.Show(last.Name)} overlaps the ZIP's directory.");
        return found;
    }

    static void ReadAll(ZipDirectory directory, Action<ZipEntry> add, CancellationToken cancellationToken)
    {
        foreach (var entry in directory.ReadEntries())
        {
            cancellationToken.ThrowIfCancellationRequested();
            MemberPath.Check(entry.Name);
            add(entry);
        }
    }

    /// <summary>Of two members with one name, some installers use the first and some the last.</summary>
    static ZipEntry First(ZipEntry found, ZipEntry other) => found.Name == other.Name
        ? throw new ArchiveException($"The ZIP contains the member {MemberPath.Show(found.Name)} twice.")
        : found;

    static void CheckOtherName(ZipEntry entry, Func<string, bool> isWanted)
    {
        if (ZipExtra.OtherName(entry) is { } other && (isWanted(other) || isWanted(entry.Name)))
            throw new ArchiveException(
                $"The member {MemberPath.Show(entry.Name)} gets another name from its extra field 0x7075.");
    }
}
