using System.Xml;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Reads the service's XML.</summary>
static class AzureXml
{
    static readonly XmlReaderSettings _settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        // Names of objects may have control characters, which the service writes as they are.
        CheckCharacters = false,
    };

    /// <summary>Reads XML.</summary>
    public static XmlReader Read(TextReader text) => XmlReader.Create(text, _settings);

    /// <summary>Reads XML.</summary>
    public static XmlReader Read(Stream bytes) => XmlReader.Create(bytes, _settings);
}
