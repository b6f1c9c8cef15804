using System.Text.Json;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Differential;

/// <summary>A member that a reader lists, with the CRC-32 of its bytes.</summary>
sealed record ListedMember(string Kind, string Name, long Size, uint Crc, string Link)
{
    /// <summary>Reads an item of what the Python script writes.</summary>
    public static ListedMember Read(JsonElement item)
    {
        var kind = item[0].GetString()!;
        // Before 3.10, Python left the slash at the end of a directory's long name.
        var name = kind == "directory" ? GetText(item[1]).TrimEnd('/') : GetText(item[1]);
        return new ListedMember(kind, name, item[2].GetInt64(), item[3].GetUInt32(), GetText(item[4]));
    }

    /// <summary>Decodes a name, of which Python gives the bytes.</summary>
    public static string GetText(JsonElement hex) => TarHeader.Decode(Convert.FromHexString(hex.GetString()!));
}
