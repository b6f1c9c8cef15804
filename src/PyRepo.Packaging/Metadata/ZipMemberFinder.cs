namespace PyRepo.Packaging.Metadata;

/// <summary>Finds one member of a ZIP while going over all of them.</summary>
static class ZipMemberFinder
{
    /// <summary>The first member that is wanted, or null.</summary>
    /// <param name="stream">The archive.</param>
    /// <param name="strict">Whether everything is checked that an upload is refused for; else only that the directory
    /// is whole and the member that lies last is inside.</param>
    /// <param name="isWanted">Called with each member's path.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArchiveException">It is no ZIP, or is refused.</exception>
    public static ZipEntry? Find(
        Stream stream, bool strict, Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        ZipEntry? found = null;
        ZipEntry? last = null;
        void Add(ZipEntry entry)
        {
            if (isWanted(entry.Name) && found is null && !entry.IsDirectory)
                found = entry;
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
            throw new ArchiveException($"The member {last.Name} overlaps the ZIP's directory.");
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
}
