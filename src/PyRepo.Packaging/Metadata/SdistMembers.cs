namespace PyRepo.Packaging.Metadata;

/// <summary>The members of an uploaded tar, which must be safe to extract as
/// <see href="https://peps.python.org/pep-0721/">PEP 721</see> demands. Installers first remove the top-level
/// directory, so that links must stay below it.</summary>
sealed class SdistMembers
{
    readonly MemberTree _tree = new();

    /// <summary>Adds a member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="path">Its normalized path.</param>
    /// <exception cref="ArchiveException">The member is rejected.</exception>
    public void Add(TarMember member, string path)
    {
        if (member.IsDirectory && _tree.IsDirectory(path))
            return;
        if (member.IsHardLink)
            CheckHardLink(member, path);
        if (member.IsSymbolicLink)
            CheckSymbolicLink(member, path);
        _tree.Add(path, member switch
        {
            { IsDirectory: true } => ArchiveMemberKind.Directory,
            { IsSymbolicLink: true } => ArchiveMemberKind.Link,
            _ => ArchiveMemberKind.File,
        });
    }

    /// <summary>The target of a hard link is a path from the top, of a file before it.</summary>
    void CheckHardLink(TarMember link, string path)
    {
        if (link.LinkTarget.StartsWith('/') || link.LinkTarget.Split('/').Contains(".."))
            throw LeadsOutside(link, path);
        if (!_tree.IsFile(MemberPath.Normalize(link.LinkTarget)))
            throw new ArchiveException(
                $"The hard link {MemberPath.Show(path)} in the archive leads to {MemberPath.Show(link.LinkTarget)}, "
                + "which is no file before it.");
    }

    /// <summary>The target of a symbolic link is a path from the link's directory. It may go up only at its beginning:
    /// after a name, which can be another link, nobody knows where up is.</summary>
    static void CheckSymbolicLink(TarMember link, string path)
    {
        var target = link.LinkTarget;
        var segments = target.Split('/').Where(segment => segment is not ("" or ".")).ToList();
        var up = segments.FindIndex(segment => segment != "..");
        up = up < 0 ? segments.Count : up;
        var isOutside = target.Length == 0
            || target[0] == '/'
            || target.AsSpan().ContainsAny('\\', '\0')
            || (target.Length > 1 && target[1] == ':')
            || up > path.Count(letter => letter == '/') - 1
            || segments.LastIndexOf("..") >= up;
        if (isOutside)
            throw LeadsOutside(link, path);
    }

    static ArchiveException LeadsOutside(TarMember link, string path) => new(
        $"The link {MemberPath.Show(path)} in the archive leads outside its top directory, to "
        + $"{MemberPath.Show(link.LinkTarget)}.");
}
