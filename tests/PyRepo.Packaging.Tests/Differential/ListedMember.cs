using System.Text.Json;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Differential;

/// <summary>A member that a reader lists, with the CRC-32 of its bytes.</summary>
sealed record ListedMember(string Kind, string Name, long Size, uint Crc, string Link)
{
    /// <summary>Reads an item of what the Python script writes.</summary>
    public static ListedMember Read(JsonElement item) => new(
        item[0].GetString()!, TextOf(item[1]), item[2].GetInt64(), item[3].GetUInt32(), TextOf(item[4]));

    /// <summary>Decodes a name, of which Python gives the bytes.</summary>
    public static string TextOf(JsonElement hex) => TarHeader.Decode(Convert.FromHexString(hex.GetString()!));
}
