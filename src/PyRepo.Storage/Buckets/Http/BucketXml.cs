using System.Xml;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>Reads the XML of a service.</summary>
static class BucketXml
{
    static readonly XmlReaderSettings _settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        // Names of objects may have control characters, which services write as they are.
        CheckCharacters = false,
    };

    /// <summary>Reads XML.</summary>
    public static XmlReader Read(TextReader text) => XmlReader.Create(text, _settings);

    /// <summary>Reads XML.</summary>
    public static XmlReader Read(Stream bytes) => XmlReader.Create(bytes, _settings);
}
