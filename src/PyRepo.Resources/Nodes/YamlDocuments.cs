using PyRepo.Resources.Problems;
using YamlDotNet.Core.Events;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// Reads a YAML stream as nodes. A document that cannot be read is reported as a <see cref="Diagnostic"/>; the others are
/// still read.
/// </summary>
static class YamlDocuments
{
    /// <summary>Returns the documents of a source that are not empty.</summary>
    public static IReadOnlyList<Document> Read(string source, string text, ICollection<Diagnostic> problems) =>
        [.. YamlSplitter.Split(text).SelectMany(part => ReadPart(source, part, problems))];

    static List<Document> ReadPart(string source, DocumentPart part, ICollection<Diagnostic> problems)
    {
        var documents = new List<Document>();
        var events = new YamlEvents(source, part);
        try
        {
            while (events.MoveNext())
                if (events.Current is DocumentStart && new YamlNodeBuilder(events).ReadDocument() is { } document)
                    documents.Add(document);
        }
        catch (UnreadableYamlException unreadable)
        {
            problems.Add(Diagnostic.At(unreadable.Position, "", unreadable.Message, ProblemReason.Unreadable));
        }
        return documents;
    }
}
