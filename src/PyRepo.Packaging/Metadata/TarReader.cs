namespace PyRepo.Packaging.Metadata;

/// <summary>Reads the members of a tar archive from a stream, one after the other: ustar, GNU long names, pax paths
/// and sizes. Data that the caller does not read is skipped.</summary>
sealed class TarReader(Stream stream, bool strict, CancellationToken cancellationToken)
{
    const int MaxExtensionLength = 1 << 20;
    const int SparseExtensionFlag = 504;
    const int HeaderSparseExtensionFlag = 482;

    readonly byte[] _block = new byte[TarHeader.Length];
    readonly byte[] _scratch = new byte[1 << 16];
    int _headers;
    long _descriptions;
    long _unread;
    long _padding;

    /// <summary>Reads the next member. Returns null at the end of the archive.</summary>
    /// <exception cref="ArchiveException">The archive is truncated, or is not a tar; or it is strictly read, and
    /// installers would read it differently.</exception>
    public TarMember? Next()
    {
        var extensions = new TarExtensions();
        while (ReadHeader() is { } member)
        {
            if (!member.IsExtension)
                return Finish(extensions.ApplyTo(member));
            extensions.Add(member, ReadExtension(member));
        }
        if (strict && !extensions.IsEmpty)
            throw new ArchiveException("The tar ends after a header that describes the next member.");
        return null;
    }

    /// <summary>Reads the data of the member that <see cref="Next"/> returned.</summary>
    public byte[] ReadData()
    {
        var data = new byte[_unread];
        Fill(data);
        _unread = 0;
        return data;
    }

    /// <summary>Checks that nothing but NULs follows the end of the archive, where some installers read on.</summary>
    /// <exception cref="ArchiveException">Something follows it.</exception>
    public void CheckEnd()
    {
        for (int length; (length = stream.Read(_scratch)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_scratch.AsSpan(0, length).ContainsAnyExcept((byte)0))
                throw new ArchiveException("Something follows the end of the tar archive.");
        }
    }

    TarMember Finish(TarMember member)
    {
        MemberPath.CheckLength(member.Path, "name");
        MemberPath.CheckLength(member.LinkTarget, "target");
        if (strict && member.Problem is { } problem)
            throw new ArchiveException($"The member {MemberPath.Show(member.Path)} {problem}.");
        SkipSparseHeaders(member);
        SetLength(member.DataLength);
        return member;
    }

    TarMember? ReadHeader()
    {
        Skip();
        var length = stream.ReadAtLeast(_block, _block.Length, throwOnEndOfStream: false);
        if (length == 0 || (length == _block.Length && !_block.AsSpan().ContainsAnyExcept((byte)0)))
            return null;
        if (length < _block.Length)
            throw CutOff();
        CountHeader();
        return TarHeader.Read(_block) ?? throw new ArchiveException("The archive is not a tar, or is broken.");
    }

    /// <summary>GNU tar's old sparse files have further headers, before their data.</summary>
    void SkipSparseHeaders(TarMember member)
    {
        var hasMore = member.Type == 'S' && _block[HeaderSparseExtensionFlag] != 0;
        while (hasMore)
        {
            Fill(_block);
            CountHeader();
            hasMore = _block[SparseExtensionFlag] != 0;
        }
    }

    /// <summary>Whatever a header is of, even a folder that is known: it compresses to a few bytes, and costs time.
    /// </summary>
    void CountHeader()
    {
        if (++_headers > ArchiveLimits.MaxMembers)
            throw new ArchiveException(
                $"The tar has more than {ArchiveLimits.MaxMembers} headers; at most so many are read.");
    }

    void SetLength(long length)
    {
        _unread = length;
        _padding = (TarHeader.Length - length % TarHeader.Length) % TarHeader.Length;
    }

    void Skip()
    {
        for (var left = _unread + _padding; left > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = stream.Read(_scratch, 0, (int)Math.Min(left, _scratch.Length));
            left -= length == 0 ? throw CutOff() : length;
        }
        (_unread, _padding) = (0, 0);
    }

    /// <summary>Reads the data of an extension. Installers also read the padding after it, which therefore may hold
    /// nothing.</summary>
    byte[] ReadExtension(TarMember member)
    {
        var longest = member.Type is 'L' or 'K' ? ArchiveLimits.MaxNameLength : MaxExtensionLength;
        if (member.Size > longest)
            throw new ArchiveException($"A name in the tar has {member.Size} bytes; at most {longest} are allowed.");
        if ((_descriptions += member.Size) > ArchiveLimits.MaxDescriptionsLength)
            throw new ArchiveException(
                $"The tar has more than {ArchiveLimits.MaxDescriptionsLength} bytes that only describe others.");
        if (strict && member.Problem is { } problem)
            throw new ArchiveException($"A header of the tar {problem}.");
        SetLength(member.Size);
        var data = ReadData();
        var padding = new byte[_padding];
        Fill(padding);
        _padding = 0;
        return padding.AsSpan().ContainsAnyExcept((byte)0)
            ? throw new ArchiveException("A name in the tar is longer than its header says.")
            : data;
    }

    void Fill(byte[] data)
    {
        if (stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
            throw CutOff();
    }

    static ArchiveException CutOff() => new("The tar archive is cut off before its end.");
}
