using System.Globalization;
using System.Text;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>The parts of an upload. All ids of an object's blocks have the same length.</summary>
static class AzureBlocks
{
    /// <summary>The id of a part.</summary>
    public static string IdOf(string upload, int number) => Convert.ToBase64String(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{upload}-{number:D6}")));

    /// <summary>The list that makes an object of blocks.</summary>
    public static byte[] ListOf(IEnumerable<string> ids)
    {
        var xml = new StringBuilder("""<?xml version="1.0" encoding="utf-8"?><BlockList>""");
        foreach (var id in ids)
            xml.Append("<Uncommitted>").Append(id).Append("</Uncommitted>");
        return Encoding.UTF8.GetBytes(xml.Append("</BlockList>").ToString());
    }
}
