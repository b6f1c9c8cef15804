using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PyRepo.Kubernetes.Objects.Digests;

/// <summary>
/// Digests of values and of their places: the first 64 bits of a SHA-256, so that nobody finds another value with the
/// same.
/// </summary>
static class ValueDigest
{
    /// <summary>The place of an object itself.</summary>
    public const ulong Root = 0;

    const int MaxOnStack = 512;

    /// <summary>The place of a property.</summary>
    public static ulong Within(ulong place, string name) =>
        Hash('.', place, MemoryMarshal.AsBytes(name.AsSpan()));

    /// <summary>The place of an item.</summary>
    public static ulong Within(ulong place, int index) => Hash('[', place, Bytes((ulong)index, stackalloc byte[8]));

    /// <summary>Where the digest of a list with all that is in it is noted.</summary>
    public static ulong GetAll(ulong place) => Hash('*', place, []);

    /// <summary>
    /// The digest of a text, a number or a truth; of a list that of its length; of a map that it is one.
    /// </summary>
    public static ulong Compute(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1,
        JsonValueKind.Array => Hash('a', (ulong)value.GetArrayLength(), []),
        JsonValueKind.String => Hash('s', 0, Encoding.UTF8.GetBytes(value.GetString()!)),
        JsonValueKind.Number => Hash('n', 0, Encoding.UTF8.GetBytes(GetNumber(value))),
        var word => 2 + (ulong)word,
    };

    /// <summary>The digest of a value with all that is in it.</summary>
    public static ulong OfAll(JsonElement value) =>
        Hash('c', 0, Encoding.ASCII.GetBytes(CanonicalJson.Hash(value)));

    /// <summary>1 and 1.0 are the same.</summary>
    static string GetNumber(JsonElement number) =>
        number.TryGetDecimal(out var exact) ? exact.ToString("0.############################",
            System.Globalization.CultureInfo.InvariantCulture) : number.GetRawText();

    static ulong Hash(char kind, ulong place, ReadOnlySpan<byte> text)
    {
        var length = 9 + text.Length;
        var bytes = length <= MaxOnStack ? stackalloc byte[length] : new byte[length];
        bytes[0] = (byte)kind;
        Bytes(place, bytes[1..]);
        text.CopyTo(bytes[9..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    static Span<byte> Bytes(ulong number, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, number);
        return into[..8];
    }
}
