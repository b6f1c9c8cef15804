using System.Text;
using System.Text.Json;

namespace PyRepo.Sigstore.Tests;

/// <summary>Changes JSON at random: its bytes, or what a string in it holds in base64 or as text.</summary>
public sealed class AttestationMutator(byte[] json)
{
    /// <summary>The object identifier of the certificate logs' promises, as a certificate holds it.</summary>
    static readonly byte[] _promises = Convert.FromHexString("060a2b06010401d679020402");

    static readonly byte[] _interesting =
        [0, 1, 0x30, 0x31, 0x7f, 0x80, 0x82, 0x84, 0xa0, 0xa3, 0xff, (byte)'"', (byte)'\n'];

    readonly List<JsonString> _strings = Find(json);

    /// <summary>Returns it with one or a few changes.</summary>
    public byte[] Mutate(Random random)
    {
        while (true)
        {
            var changed = MutateOnce(random);
            if (!changed.AsSpan().SequenceEqual(json))
                return changed;
        }
    }

    byte[] MutateOnce(Random random)
    {
        if (_strings.Count == 0 || random.Next(6) == 0)
            return Change(json, random, 0);
        var found = _strings[random.Next(_strings.Count)];
        var changed = found.IsBase64
            ? Convert.ToBase64String(MutateContent(found.Content, random))
            : Encoding.UTF8.GetString(Change(found.Content, random, 0));
        var encoded = JsonSerializer.SerializeToUtf8Bytes(changed);
        return [.. json.AsSpan(0, found.Start), .. encoded, .. json.AsSpan(found.End)];
    }

    static byte[] MutateContent(byte[] content, Random random)
    {
        if (content.AsSpan().StartsWith("{\""u8) && random.Next(3) > 0)
            return new AttestationMutator(content).Mutate(random);
        var at = random.Next(2) == 0 ? content.AsSpan().IndexOf(_promises) : -1;
        return at < 0 ? Change(content, random, 0) : Change(content, random, at + _promises.Length);
    }

    /// <summary>Changes bytes from a start on.</summary>
    static byte[] Change(byte[] bytes, Random random, int start)
    {
        var changed = bytes.ToList();
        for (var times = random.Next(4) == 0 ? random.Next(1, 6) : 1; times > 0 && changed.Count > start; times--)
            ChangeOnce(changed, random, start);
        return [.. changed];
    }

    static void ChangeOnce(List<byte> bytes, Random random, int start)
    {
        var (from, to) = (random.Next(start, bytes.Count), random.Next(start, bytes.Count));
        var length = Math.Min(random.Next(1, 65), bytes.Count - from);
        switch (random.Next(8))
        {
            case 0:
                bytes.RemoveRange(from, bytes.Count - from);
                break;
            case 1:
                bytes.RemoveRange(from, length);
                break;
            case 2:
                bytes.InsertRange(to, bytes.GetRange(from, length));
                break;
            case 3:
                (bytes[from], bytes[to]) = (bytes[to], bytes[from]);
                break;
            case 4:
                bytes[from] = _interesting[random.Next(_interesting.Length)];
                break;
            case 5:
                bytes[from] = (byte)(bytes[from] + random.Next(-2, 3));
                break;
            default:
                bytes[from] ^= (byte)(1 << random.Next(8));
                break;
        }
    }

    static List<JsonString> Find(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        var found = new List<JsonString>();
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.String)
                continue;
            var isBase64 = reader.TryGetBytesFromBase64(out var content);
            found.Add(new JsonString(
                (int)reader.TokenStartIndex, (int)reader.BytesConsumed, isBase64,
                isBase64 ? content! : Encoding.UTF8.GetBytes(reader.GetString()!)));
        }
        return found;
    }

    sealed record JsonString(int Start, int End, bool IsBase64, byte[] Content);
}
