namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a source distribution over a seekable stream: <c>{top}/PKG-INFO</c> of a tar, a gzipped tar or a
/// ZIP. All members are gone over, so that a file that is cut off or made to harm is found; memory stays flat.
/// </summary>
public static class SdistArchive
{
    const string MetadataName = "PKG-INFO";
    const int MaxMetadataLength = 16 << 20;

    /// <summary>Reads a gzipped tar.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="strict">Whether a second top directory and links that lead outside are refused too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArchiveException">It is none, is cut off, has members outside, or inflates to more than 1 GiB
    /// and 200 times its size.</exception>
    public static ArchiveContent ReadTarGz(Stream stream, bool strict, CancellationToken cancellationToken = default)
    {
        using var inflated = new BoundedGzipStream(stream);
        var content = ReadMembers(inflated, strict, cancellationToken);
        inflated.ReadToEnd(cancellationToken);
        return content;
    }

    /// <summary>Reads a tar that is not compressed.</summary>
    /// <exception cref="ArchiveException">It is none, is cut off, or has members outside.</exception>
    public static ArchiveContent ReadTar(Stream stream, bool strict, CancellationToken cancellationToken = default)
    {
        stream.Position = 0;
        return ReadMembers(stream, strict, cancellationToken);
    }

    /// <summary>Reads a ZIP: where strict, with the checks of <see cref="WheelArchive.Check"/>; else its directory and
    /// the last member must be there.</summary>
    /// <exception cref="ArchiveException">It is none, or is refused.</exception>
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
                throw new ArchiveException($"The member {path} is in the archive twice.");
            if (content.Metadata is not null || !member.IsFile || !MemberPath.IsBelowTop(path, MetadataName))
                continue;
            content = member.Size <= MaxMetadataLength
                ? new ArchiveContent(tar.ReadData(), path)
                : throw new ArchiveException(
                    $"The member {path} has {member.Size} bytes; at most {MaxMetadataLength} are read.");
        }
        top.CheckNotEmpty();
        return content;
    }

    /// <summary>PEP 721: installers refuse links that lead outside; a hard link's target starts at the top, a
    /// symbolic link's where the link is.</summary>
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

    /// <summary>The one directory at the top of an sdist (source distribution format).</summary>
    sealed class TopDirectory(bool strict)
    {
        string? _first;

        /// <summary>Looks at a member's top directory; true, so that conditions can follow.</summary>
        public bool Add(string path)
        {
            var top = MemberPath.Top(path);
            if (strict && _first is not null && _first != top)
                throw new ArchiveException($"The archive has more than one directory at its top: {_first} and {top}.");
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
