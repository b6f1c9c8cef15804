namespace PyRepo.Packaging.Metadata;

/// <summary>The paths of an uploaded archive, each of which may be one thing only: which of two members remains
/// depends on the installer. Nothing may be extracted through a link.</summary>
/// <remarks>Keeps 16 bytes of each path.</remarks>
sealed class MemberTree
{
    const int MaxPaths = ArchiveLimits.MaxMembers;

    readonly Dictionary<UInt128, ArchiveMemberKind> _kinds = [];

    /// <summary>Adds a normalized path.</summary>
    /// <exception cref="ArchiveException">The path is already taken, or below a file or link.</exception>
    public void Add(string path, ArchiveMemberKind kind)
    {
        AddParents(path);
        var isNew = _kinds.TryAdd(MemberPath.GetIdentity(path), kind);
        if (_kinds.Count > MaxPaths)
            throw new ArchiveException($"The archive has more than {MaxPaths} members and directories.");
        if (isNew)
            return;
        var isImplied = _kinds[MemberPath.GetIdentity(path)] == ArchiveMemberKind.ImpliedDirectory;
        if (!isImplied || kind != ArchiveMemberKind.Directory)
            throw new ArchiveException($"The archive contains the member {MemberPath.Show(path)} twice.");
        _kinds[MemberPath.GetIdentity(path)] = ArchiveMemberKind.Directory;
    }

    /// <summary>Whether a normalized path is a file that was added.</summary>
    public bool IsFile(string path) =>
        _kinds.TryGetValue(MemberPath.GetIdentity(path), out var kind) && kind == ArchiveMemberKind.File;

    /// <summary>Whether a normalized path is a directory that was added as a member.</summary>
    public bool IsDirectory(string path) =>
        _kinds.TryGetValue(MemberPath.GetIdentity(path), out var kind) && kind == ArchiveMemberKind.Directory;

    void AddParents(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var parent = path[..slash];
            if (_kinds.TryAdd(MemberPath.GetIdentity(parent), ArchiveMemberKind.ImpliedDirectory))
                continue;
            if (_kinds[MemberPath.GetIdentity(parent)] is ArchiveMemberKind.File or ArchiveMemberKind.Link)
                throw new ArchiveException(
                    $"The member {MemberPath.Show(path)} is below {MemberPath.Show(parent)}, which is no directory.");
            // The directories above are known already.
            return;
        }
    }
}

/// <summary>The kind of a path in an archive once it is extracted.</summary>
enum ArchiveMemberKind
{
    /// <summary>A directory without a member of its own, which has members below it.</summary>
    ImpliedDirectory,
    Directory,
    File,
    Link,
}
