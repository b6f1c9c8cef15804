namespace PyRepo.Packaging.Metadata;

/// <summary>The paths of an uploaded archive, each of which may be one thing only: which of two members remains
/// depends on the installer. Nothing may be extracted through a link.</summary>
/// <remarks>Keeps 16 bytes of each path.</remarks>
sealed class MemberTree
{
    const int MaxPaths = ArchiveLimits.MaxMembers;

    readonly Dictionary<UInt128, MemberKind> _kinds = [];

    /// <summary>Adds a normalized path.</summary>
    /// <exception cref="ArchiveException">The path is already taken, or below a file or link.</exception>
    public void Add(string path, MemberKind kind)
    {
        AddParents(path);
        var isNew = _kinds.TryAdd(MemberPath.IdentityOf(path), kind);
        if (_kinds.Count > MaxPaths)
            throw new ArchiveException($"The archive has more than {MaxPaths} members and directories.");
        if (isNew)
            return;
        var isImplied = _kinds[MemberPath.IdentityOf(path)] == MemberKind.ImpliedDirectory;
        if (!isImplied || kind != MemberKind.Directory)
            throw new ArchiveException($"The archive contains the member {MemberPath.Show(path)} twice.");
        _kinds[MemberPath.IdentityOf(path)] = MemberKind.Directory;
    }

    /// <summary>Whether a normalized path is a file that was added.</summary>
    public bool IsFile(string path) =>
        _kinds.TryGetValue(MemberPath.IdentityOf(path), out var kind) && kind == MemberKind.File;

    /// <summary>Whether a normalized path is a directory that was added as a member.</summary>
    public bool IsDirectory(string path) =>
        _kinds.TryGetValue(MemberPath.IdentityOf(path), out var kind) && kind == MemberKind.Directory;

    void AddParents(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var parent = path[..slash];
            if (_kinds.TryAdd(MemberPath.IdentityOf(parent), MemberKind.ImpliedDirectory))
                continue;
            if (_kinds[MemberPath.IdentityOf(parent)] is MemberKind.File or MemberKind.Link)
                throw new ArchiveException(
                    $"The member {MemberPath.Show(path)} is below {MemberPath.Show(parent)}, which is no directory.");
            // The directories above are known already.
            return;
        }
    }
}

/// <summary>What a path of an archive is once it is extracted.</summary>
enum MemberKind
{
    /// <summary>A directory without a member of its own, which has members below it.</summary>
    ImpliedDirectory,
    Directory,
    File,
    Link,
}
