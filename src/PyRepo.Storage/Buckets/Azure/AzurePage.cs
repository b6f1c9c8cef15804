using System.Globalization;
using System.Xml;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>A part of a listing.</summary>
/// <param name="Objects">The objects.</param>
/// <param name="Marker">The marker to ask for the next part with, or null if there is none.</param>
sealed record AzurePage(IReadOnlyList<StoredObject> Objects, string? Marker)
{
    /// <summary>Reads the service's XML.</summary>
    public static AzurePage Read(Stream xml)
    {
        try
        {
            using var reader = BucketXml.Read(xml);
            var objects = new List<StoredObject>();
            string? marker = null;
            while (reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element)
                    continue;
                if (reader.Name == "Blob")
                    Add(objects, reader);
                else if (reader.Name == "NextMarker")
                    marker = GetText(reader);
            }
            return new(objects, string.IsNullOrEmpty(marker) ? null : marker);
        }
        catch (Exception error) when (error is XmlException or FormatException)
        {
            throw new BucketException("InvalidResponse", "The listing is not what Azure Blob Storage answers.", error);
        }
    }

    static void Add(List<StoredObject> objects, XmlReader blob)
    {
        var depth = blob.Depth;
        string name = "", tag = "", length = "", modified = "";
        var isFolder = false;
        while (blob.Read() && blob.Depth > depth)
        {
            if (blob.NodeType != XmlNodeType.Element)
                continue;
            switch (blob.Name)
            {
                case "Name":
                    name = blob.GetAttribute("Encoded") == "true"
                        ? Uri.UnescapeDataString(GetText(blob))
                        : GetText(blob);
                    break;
                case "Etag":
                    tag = GetText(blob);
                    break;
                case "Content-Length":
                    length = GetText(blob);
                    break;
                case "Last-Modified":
                    modified = GetText(blob);
                    break;
                // An account with a hierarchical namespace lists folders, too.
                case "ResourceType":
                    isFolder = GetText(blob) == "directory";
                    break;
            }
        }
        if (!isFolder)
        {
            objects.Add(new(
                name, long.Parse(length, CultureInfo.InvariantCulture), new(tag.Trim('"')),
                DateTimeOffset.Parse(modified, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Reads an element's text, and stays at its end, so that what follows is not passed over.</summary>
    static string GetText(XmlReader element)
    {
        if (element.IsEmptyElement)
            return "";
        element.Read();
        return element.NodeType is XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace
            ? element.Value
            : "";
    }
}
