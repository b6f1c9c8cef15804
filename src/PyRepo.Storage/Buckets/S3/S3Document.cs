using System.Buffers;
using System.Xml;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>The XML of an answer: its root with texts, and with items that have texts.</summary>
sealed class S3Document
{
    /// <summary>The limit of a document. A listing of 1,000 long names has some 4 MB.</summary>
    const int MaxLength = 8 << 20;

    /// <summary>The limit of its elements and pieces of text. A listing has some 20,000.</summary>
    const int MaxNodes = 100_000;

    /// <summary>The limit of a text, which may come in many pieces. An encoded name has at most 3 KB.</summary>
    const int MaxTextLength = 64 << 10;

    const int BufferLength = 64 * 1024;

    readonly Dictionary<string, string> _texts = [];
    readonly List<(string Name, Dictionary<string, string> Texts)> _items = [];

    /// <summary>The name of the root. It is empty if the answer is no XML.</summary>
    public string Root { get; private set; } = "";

    /// <summary>The text of an element below the root, or null.</summary>
    public string? this[string name] => _texts.GetValueOrDefault(name);

    /// <summary>The items that have a name, by the names of their texts.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> GetItems(string name) =>
        _items.Where(item => item.Name == name).Select(item => item.Texts);

    /// <summary>Reads the body of an answer. One that is longer than it may be counts as no XML.</summary>
    public static async Task<S3Document> ReadAsync(
        HttpResponseMessage response, CancellationToken cancellationToken, int maxLength = MaxLength)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var xml = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (int read; xml.Length <= maxLength && (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
                xml.Write(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return xml.Length <= maxLength ? Parse(xml) : new S3Document();
    }

    static S3Document Parse(MemoryStream xml)
    {
        // A service that is still at work may send white space before the beginning.
        xml.Position = xml.GetBuffer().AsSpan(0, (int)xml.Length).IndexOfAnyExcept(" \t\r\n"u8) is > 0 and var start
            ? start
            : 0;
        try
        {
            using var reader = BucketXml.Read(xml);
            var document = new S3Document();
            document.Read(reader);
            return document;
        }
        catch (XmlException)
        {
            return new S3Document();
        }
    }

    void Read(XmlReader reader)
    {
        string child = "", grandchild = "";
        Dictionary<string, string>? item = null;
        var nodes = 0;
        while (reader.Read())
        {
            if (reader.NodeType is XmlNodeType.Element or XmlNodeType.Text or XmlNodeType.CDATA && ++nodes > MaxNodes)
                throw new XmlException("It has too many elements.");
            switch (reader.NodeType, reader.Depth)
            {
                case (XmlNodeType.Element, 0):
                    Root = reader.LocalName;
                    break;
                case (XmlNodeType.Element, 1):
                    (child, item) = (reader.LocalName, null);
                    _texts.Remove(child);
                    break;
                case (XmlNodeType.Element, 2):
                    grandchild = reader.LocalName;
                    if (item is null)
                        _items.Add((child, item = []));
                    item.Remove(grandchild);
                    break;
                case (XmlNodeType.Text or XmlNodeType.CDATA, 2):
                    Append(_texts, child, reader.Value);
                    break;
                case (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace, 3):
                    Append(item!, grandchild, reader.Value);
                    break;
            }
        }
    }

    static void Append(Dictionary<string, string> texts, string name, string piece)
    {
        var text = texts.GetValueOrDefault(name, "");
        if (text.Length + piece.Length > MaxTextLength)
            throw new XmlException("It has a text that is too long.");
        texts[name] = text + piece;
    }
}
