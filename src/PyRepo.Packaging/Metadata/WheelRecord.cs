using System.Security.Cryptography;

namespace PyRepo.Packaging.Metadata;

/// <summary>The RECORD of an uploaded wheel, with which its members are compared while they are decompressed. Files
/// that it does not list, or other bytes, are what an installer would miss: some take a wheel's files from RECORD, and
/// an audit of what is installed does, too.</summary>
/// <remarks>Keeps some 80 bytes of each file.</remarks>
sealed class WheelRecord : IDisposable
{
    readonly string _name;
    readonly MemberTree _members;
    readonly Dictionary<UInt128, RecordedFile> _files = [];
    readonly Dictionary<HashAlgorithmName, IncrementalHash> _hashes = [];

    WheelRecord(string name, MemberTree members) => (_name, _members) = (name, members);

    /// <summary>Reads RECORD.</summary>
    /// <param name="stream">The wheel.</param>
    /// <param name="entry">The member RECORD.</param>
    /// <param name="members">The paths of all members.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArchiveException">RECORD is broken or too long, or lists what is not in the wheel.</exception>
    public static WheelRecord Read(
        Stream stream, ZipEntry entry, MemberTree members, CancellationToken cancellationToken)
    {
        if (entry.Size > ArchiveLimits.MaxRecordLength)
            throw new ArchiveException(
                $"The wheel's RECORD has {entry.Size} bytes; at most {ArchiveLimits.MaxRecordLength} are allowed.");
        var record = new WheelRecord(entry.Name, members);
        var reader = new RecordReader(record.Add);
        ZipMember.Verify(stream, entry, reader.Read, cancellationToken);
        reader.Complete();
        return record;
    }

    /// <summary>Decompresses a member to its end, and compares it with RECORD.</summary>
    /// <exception cref="ArchiveException">The member is broken, not listed, or not what RECORD says.</exception>
    public void Verify(Stream stream, ZipEntry entry, CancellationToken cancellationToken)
    {
        var file = default(RecordedFile);
        var isExempt = entry.IsDirectory || IsItself(entry.Name);
        if (!isExempt && !_files.TryGetValue(MemberPath.GetIdentity(entry.Name), out file))
            throw new ArchiveException(
                $"The wheel has the file {MemberPath.Show(entry.Name)}, which its RECORD does not list.");
        if (file.Size is { } size && size != entry.Size)
            throw new ArchiveException(
                $"The wheel's RECORD says that {MemberPath.Show(entry.Name)} has {size} bytes, but it has "
                + $"{entry.Size}.");
        if (file.Digest is { } digest && entry.Size <= ArchiveLimits.MaxHashedMemberLength)
            Verify(stream, entry, digest, cancellationToken);
        else
            ZipMember.Verify(stream, entry, _ => { }, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hash in _hashes.Values)
            hash.Dispose();
    }

    void Verify(Stream stream, ZipEntry entry, RecordedDigest digest, CancellationToken cancellationToken)
    {
        if (!_hashes.TryGetValue(digest.Algorithm, out var hash))
            _hashes[digest.Algorithm] = hash = IncrementalHash.CreateHash(digest.Algorithm);
        ZipMember.Verify(stream, entry, hash.AppendData, cancellationToken);
        Span<byte> computed = stackalloc byte[hash.HashLengthInBytes];
        hash.GetHashAndReset(computed);
        if (RecordedDigest.FromHash(digest.Algorithm, computed) != digest)
            throw new ArchiveException(
                $"The file {MemberPath.Show(entry.Name)} of the wheel does not match its digest in RECORD.");
    }

    void Add(RecordRow row)
    {
        // Members have no backslash; programs on Windows once wrote one here.
        var path = MemberPath.Normalize(row.Path.Replace('\\', '/'));
        if (row.Path.EndsWith('/'))
            return;
        if (!_members.IsFile(path))
            throw new ArchiveException(
                $"The wheel's RECORD lists {MemberPath.Show(row.Path)}, which is not in the wheel.");
        if (IsItself(path))
            return;
        if (!RecordedFile.TryParse(row, out var file))
            throw new ArchiveException(
                $"The wheel's RECORD has no valid digest and size of {MemberPath.Show(row.Path)}.");
        var identity = MemberPath.GetIdentity(path);
        if (!_files.TryAdd(identity, file) && _files[identity] != file)
            throw new ArchiveException(
                $"The wheel's RECORD lists {MemberPath.Show(row.Path)} twice, and differently.");
    }

    /// <summary>Whether a file is RECORD or a signature of it, which cannot have a digest there.</summary>
    bool IsItself(string path) => path == _name || path == _name + ".jws" || path == _name + ".p7s";
}
