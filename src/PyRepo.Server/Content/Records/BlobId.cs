using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// The name under which bytes are stored: <c>@</c> followed by 26 characters of Crockford's base 32. They encode a
/// 48-bit time in milliseconds and 80 random bits. Later ids sort after earlier ones.
/// </summary>
readonly record struct BlobId
{
    const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    const int TextLength = 27;
    static readonly long _latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    static readonly SearchValues<char> _digits = SearchValues.Create(Digits);
    readonly string? _text;

    BlobId(string text) => _text = text;

    public static BlobId New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds() << 16);
        RandomNumberGenerator.Fill(bytes[6..]);
        var value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return new(string.Create(TextLength, value, static (text, rest) =>
        {
            text[0] = '@';
            for (var i = TextLength - 1; i > 0; i--, rest >>= 5)
                text[i] = Digits[(int)(rest & 31)];
        }));
    }

    public static bool TryParse(string text, out BlobId id)
    {
        var valid = IsValid(text);
        id = valid ? new(text) : default;
        return valid;
    }

    /// <summary>Whether a text is an id.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length == TextLength && text[0] == '@' && !text[1..].ContainsAnyExcept(_digits)
        && GetMilliseconds(text) <= _latest;

    /// <summary>When the id was created.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(GetMilliseconds(ToString()));

    public override string ToString() => _text ?? "";

    static long GetMilliseconds(ReadOnlySpan<char> text)
    {
        var milliseconds = 0L;
        foreach (var digit in text.Slice(1, 10))
            milliseconds = (milliseconds << 5) | (long)Digits.IndexOf(digit);
        return milliseconds;
    }
}
