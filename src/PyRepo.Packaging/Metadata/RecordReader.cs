using System.Text;

namespace PyRepo.Packaging.Metadata;

/// <summary>Splits a RECORD into rows while its bytes arrive, as Python's <c>csv</c> does
/// (<see href="https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file">the
/// RECORD file</see>).</summary>
/// <param name="add">Gets each row that is not empty.</param>
sealed class RecordReader(Action<RecordRow> add)
{
    const int MaxFields = 3;

    readonly byte[] _field = new byte[ArchiveLimits.MaxNameLength];
    readonly string[] _fields = new string[MaxFields];
    int _length;
    int _count;
    bool _isQuoted;

    /// <summary>Whether the last byte was a quote in a quoted field: its end, or the first half of a quote.</summary>
    bool _wasQuote;

    /// <exception cref="ArchiveException">A row has too many fields, or one that is too long.</exception>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            Read(value);
    }

    /// <summary>Ends the last row.</summary>
    public void Complete() => EndRow();

    void Read(byte value)
    {
        if (_isQuoted && !_wasQuote)
        {
            if (value == '"')
                _wasQuote = true;
            else
                Append(value);
            return;
        }
        if (_wasQuote)
        {
            _wasQuote = false;
            _isQuoted = value == '"';
            if (_isQuoted)
            {
                Append(value);
                return;
            }
        }
        ReadUnquoted(value);
    }

    void ReadUnquoted(byte value)
    {
        if (value == ',')
            EndField();
        else if (value is (byte)'\r' or (byte)'\n')
            EndRow();
        else if (value == '"' && _length == 0)
            _isQuoted = true;
        else
            Append(value);
    }

    void Append(byte value)
    {
        if (_length == _field.Length)
            throw new ArchiveException($"The wheel's RECORD has a field of more than {_field.Length} bytes.");
        _field[_length++] = value;
    }

    void EndField()
    {
        var text = Encoding.UTF8.GetString(_field, 0, _length);
        if (_count == MaxFields)
            throw new ArchiveException(
                $"The wheel's RECORD has more than {MaxFields} fields for {MemberPath.Show(_fields[0])}.");
        _fields[_count++] = text;
        _length = 0;
    }

    void EndRow()
    {
        (_isQuoted, _wasQuote) = (false, false);
        if (_count == 0 && _length == 0)
            return;
        EndField();
        add(new RecordRow(_fields[0], _count > 1 ? _fields[1] : "", _count > 2 ? _fields[2] : ""));
        _count = 0;
    }
}

/// <summary>A row of a RECORD. What a row leaves out is empty.</summary>
readonly record struct RecordRow(string Path, string Digest, string Size);
