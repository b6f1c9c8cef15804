namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a source distribution: finds <c>{top}/PKG-INFO</c> in a tar, gzipped tar or ZIP
/// (<see href="https://packaging.python.org/en/latest/specifications/source-distribution-format/">source distribution
/// format</see>). Reads all members to detect truncated and malicious files. Memory use does not depend on the size of
/// the file.
/// </summary>
public static class SdistArchive
{
    const string MetadataName = "PKG-INFO";
    const int MaxMetadataLength = 16 << 20;

    /// <summary>Reads a gzipped tar.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="strict">Whether to also reject a second top-level directory and links that lead outside.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArchiveException">The file is not a gzipped tar, is truncated, has members outside its folder,
    /// or decompresses to more than 1 GiB and 200 times its size.</exception>
    public static ArchiveContent ReadTarGz(Stream stream, bool strict, CancellationToken cancellationToken = default)
    {
        using var inflated = new BoundedGzipStream(stream);
        var content = ReadMembers(inflated, strict, cancellationToken);
        inflated.ReadToEnd(cancellationToken);
        return content;
    }

    /// <summary>Reads an uncompressed tar.</summary>
    /// <exception cref="ArchiveException">The file is not a tar, is truncated, or has members outside its
    /// folder.</exception>
    public static ArchiveContent ReadTar(Stream stream, bool strict, CancellationToken cancellationToken = default)
    {
        stream.Position = 0;
        return ReadMembers(stream, strict, cancellationToken);
    }

    /// <summary>Reads a ZIP. If strict, makes the checks of <see cref="WheelArchive.Check"/>; otherwise only the
    /// directory and the last member must be present.</summary>
    /// <exception cref="ArchiveException">The file is not a ZIP, or is rejected.</exception>
    public static ArchiveContent ReadZip(Stream stream, bool strict, CancellationToken cancellationToken = default)
    {
        var top = new TopDirectory(strict);
        var entry = ZipMemberFinder.Find(
            stream, strict, path => top.Add(path) && MemberPath.IsBelowTop(path, MetadataName), cancellationToken);
        top.CheckNotEmpty();
        return entry is null
            ? ArchiveContent.WithoutMetadata
            : new ArchiveContent(ZipMember.ReadAll(stream, entry), entry.Name);
    }

    static ArchiveContent ReadMembers(Stream stream, bool strict, CancellationToken cancellationToken)
    {
        var tar = new TarReader(stream);
        var top = new TopDirectory(strict);
        var content = ArchiveContent.WithoutMetadata;
        while (tar.Next() is { } member)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = MemberPath.Trim(member.Path);
            if (path is "" or ".")
                continue;
            MemberPath.Check(path);
            CheckLink(member, path, strict);
            top.Add(path);
            if (strict && path == content.MetadataPath)
                throw new ArchiveException($"The archive contains the member {path} twice.");
            if (content.Metadata is not null || !member.IsFile || !MemberPath.IsBelowTop(path, MetadataName))
                continue;
            content = member.Size <= MaxMetadataLength
                ? new ArchiveContent(tar.ReadData(), path)
                : throw new ArchiveException(
                    $"The member {path} has {member.Size} bytes; at most {MaxMetadataLength} are allowed.");
        }
        top.CheckNotEmpty();
        return content;
    }

    /// <summary>Installers reject links that lead outside (<see href="https://peps.python.org/pep-0721/">PEP
    /// 721</see>). The target of a hard link is relative to the top, that of a symbolic link to the link's
    /// directory.</summary>
    static void CheckLink(TarMember member, string path, bool strict)
    {
        if (!strict || !(member.IsHardLink || member.IsSymbolicLink))
            return;
        var depth = member.IsHardLink ? 0 : path.TrimEnd('/').Count(letter => letter == '/');
        foreach (var segment in member.LinkTarget.Split('/'))
        {
            depth += segment switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
                break;
        }
        if (depth < 0 || member.LinkTarget.StartsWith('/'))
            throw new ArchiveException($"The link {path} in the archive leads outside it, to {member.LinkTarget}.");
    }

    /// <summary>The single top-level directory of an sdist.</summary>
    sealed class TopDirectory(bool strict)
    {
        string? _first;

        /// <summary>Checks a member's top-level directory. Always returns true, so that it can be part of a
        /// condition.</summary>
        public bool Add(string path)
        {
            var top = MemberPath.Top(path);
            if (strict && _first is not null && _first != top)
                throw new ArchiveException($"The archive has more than one directory at its top level: {_first} and "
                + $"{top}.");
            _first ??= top;
            return true;
        }

        public void CheckNotEmpty()
        {
            if (_first is null)
                throw new ArchiveException("The archive has no members.");
        }
    }
}
