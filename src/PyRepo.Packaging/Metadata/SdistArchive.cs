namespace PyRepo.Packaging.Metadata;

/// <summary>Reads a source distribution: finds <c>{top}/PKG-INFO</c> in a tar, gzipped tar or ZIP
/// (<see href="https://packaging.python.org/en/latest/specifications/source-distribution-format/">source distribution
/// format</see>). Reads all members to detect truncated and malicious files. Memory use does not depend on the size of
/// the file.
/// </summary>
public static class SdistArchive
{
    const string MetadataName = "PKG-INFO";

    /// <summary>Reads a gzipped tar.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="strict">Whether to also reject a second top-level directory, and what installers reject or read
    /// differently.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArchiveException">The file is not a gzipped tar, is truncated, has members outside its folder,
    /// or decompresses to more than 1 GiB and 200 times its size.</exception>
    public static ArchiveContent ReadTarGz(Stream stream, bool strict, CancellationToken cancellationToken = default)
    {
        using var inflated = new BoundedGzipStream(stream);
        var content = ReadMembers(inflated, strict, isEnough: false, cancellationToken);
        inflated.ReadToEnd(cancellationToken);
        return content;
    }

    /// <summary>Finds the metadata in a gzipped tar that was read as a whole before, and reads no further.</summary>
    /// <exception cref="ArchiveException">The file is not a gzipped tar, or is broken before its metadata.</exception>
    public static ArchiveContent FindInTarGz(Stream stream, CancellationToken cancellationToken = default)
    {
        using var inflated = new BoundedGzipStream(stream);
        return ReadMembers(inflated, strict: false, isEnough: true, cancellationToken);
    }

    /// <summary>Reads an uncompressed tar, which cannot be uploaded: Python decompresses it first if it can.</summary>
    /// <exception cref="ArchiveException">The file is not a tar, is truncated, or has members outside its
    /// folder.</exception>
    public static ArchiveContent ReadTar(Stream stream, CancellationToken cancellationToken = default)
    {
        stream.Position = 0;
        return ReadMembers(stream, strict: false, isEnough: false, cancellationToken);
    }

    /// <summary>Reads a ZIP. If strict, makes the checks of <see cref="WheelArchive.Check"/>; otherwise only the
    /// directory and the last member must be present.</summary>
    /// <exception cref="ArchiveException">The file is not a ZIP, or is rejected.</exception>
    public static ArchiveContent ReadZip(Stream stream, bool strict, CancellationToken cancellationToken = default)
    {
        var top = new TopDirectory(strict);
        var entry = ZipMemberFinder.Find(
            stream,
            strict,
            name =>
            {
                var path = strict ? MemberPath.Normalize(name) : name;
                return top.Add(path) && IsMetadata(path, isFile: !name.EndsWith('/'), strict);
            },
            cancellationToken);
        top.CheckNotEmpty();
        return entry is null
            ? ArchiveContent.WithoutMetadata
            : new ArchiveContent(ZipMember.ReadAll(stream, entry), entry.Name);
    }

    /// <summary>Reads the members, to the end or until the metadata is enough.</summary>
    static ArchiveContent ReadMembers(
        Stream stream, bool strict, bool isEnough, CancellationToken cancellationToken)
    {
        var tar = new TarReader(stream, strict, cancellationToken);
        var members = new SdistMembers();
        var top = new TopDirectory(strict);
        var content = ArchiveContent.WithoutMetadata;
        while (tar.Next() is { } member)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = MemberPath.Normalize(member.Path);
            if (path.Length == 0 && member.IsDirectory)
                continue;
            MemberPath.Check(member.Path);
            top.Add(path);
            if (strict)
                members.Add(member, path);
            if (!IsMetadata(path, member.IsFile, strict))
                continue;
            // As in a directory: of several, the last remains.
            content = new ArchiveContent(ReadMetadata(tar, member, path), path);
            if (isEnough)
                return content;
        }
        if (strict)
            tar.CheckEnd();
        top.CheckNotEmpty();
        return content;
    }

    static bool IsMetadata(string path, bool isFile, bool strict)
    {
        if (strict && MemberPath.IsBelowTop(path.ToUpperInvariant(), MetadataName))
        {
            if (!isFile || !MemberPath.IsBelowTop(path, MetadataName))
                throw new ArchiveException($"{MemberPath.Show(path)} must be a file with the name {MetadataName}.");
        }
        return isFile && MemberPath.IsBelowTop(path, MetadataName);
    }

    static byte[] ReadMetadata(TarReader tar, TarMember member, string path)
    {
        MetadataDocument.CheckLength(path, member.Size);
        return tar.ReadData();
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
