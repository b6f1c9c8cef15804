using System.Globalization;

namespace PyRepo.Packaging.Metadata;

/// <summary>The records of a pax header that replace fields of the next member: <c>length key=value\n</c>, in which the
/// length includes itself (<see href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX
/// pax</see>).</summary>
sealed record PaxRecords
{
    public string? Path { get; private set; }

    public string? LinkPath { get; private set; }

    public long? Size { get; private set; }

    /// <summary>Whether the member is a sparse file of GNU tar.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>Why an upload with these records is rejected, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the records, up to the first broken one.</summary>
    /// <exception cref="ArchiveException">They are too many, or one is too long.</exception>
    public static PaxRecords Read(ReadOnlySpan<byte> data)
    {
        var records = new PaxRecords();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        while (TryTake(ref data, out var key, out var value, out var hasZeros))
        {
            if (hasZeros)
                records.Problem = "has a pax record whose length begins with a zero";
            if (!keys.Add(key))
                records.Problem = $"has the pax record {MemberPath.Show(key)} twice";
            if (++count > ArchiveLimits.MaxPaxRecords)
                throw new ArchiveException(
                    $"A header of the tar has more than {ArchiveLimits.MaxPaxRecords} pax records.");
            records.Set(key, value);
        }
        if (!data.IsEmpty)
            records.Problem = "has broken pax records";
        return records;
    }

    /// <param name="data">The data, from which the record is taken.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="hasZeros">Whether zeros precede the length. CPython 3.13 reads up to 20 digits, and takes more for
    /// the end of the archive; earlier versions read as many as there are.</param>
    static bool TryTake(
        ref ReadOnlySpan<byte> data, out string key, out ReadOnlySpan<byte> value, out bool hasZeros)
    {
        key = "";
        value = default;
        hasZeros = !data.IsEmpty && data[0] == '0';
        var blank = data.IndexOf((byte)' ');
        if (blank <= 0
            || !int.TryParse(data[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length <= blank + 1 || length > data.Length || data[length - 1] != '\n')
            return false;
        var record = data[(blank + 1)..(length - 1)];
        var equals = record.IndexOf((byte)'=');
        if (equals <= 0)
            return false;
        key = TarHeader.Decode(record[..equals]);
        value = record[(equals + 1)..];
        data = data[length..];
        return true;
    }

    void Set(string key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case "path" or "GNU.sparse.name":
                Path = GetText(key, value);
                break;
            case "linkpath":
                LinkPath = GetText(key, value);
                break;
            case "size":
                SetSize(value);
                break;
        }
        if (!key.StartsWith("GNU.sparse.", StringComparison.Ordinal))
            return;
        IsSparse = true;
        Problem = "is a sparse file";
    }

    string GetText(string key, ReadOnlySpan<byte> value)
    {
        if (value.Length > ArchiveLimits.MaxNameLength)
            throw new ArchiveException(
                $"A pax record {key} in the tar has {value.Length} bytes; at most {ArchiveLimits.MaxNameLength} are "
                + "allowed.");
        if (value.IsEmpty || value.Contains((byte)0))
            Problem = $"has a pax record {key} that is empty or has a NUL";
        return TarHeader.Decode(value);
    }

    void SetSize(ReadOnlySpan<byte> value)
    {
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            Size = size;
        else
            Problem = "has a pax record size that is no number";
        // CPython takes a number of more than 4300 digits for 0.
        if (value.Length > 1 && value[0] == '0')
            Problem = "has a pax record size that begins with a zero";
    }
}
