using System.Text;
using System.Text.Json;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// Reads JSON as nodes: one or several consecutive values. Invalid JSON is reported as a <see cref="Diagnostic"/>.
/// </summary>
static class JsonDocuments
{
    public static IReadOnlyList<Document> Read(string source, string text, ICollection<Diagnostic> problems)
    {
        var documents = new List<Document>();
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new()
        {
            AllowMultipleValues = true,
            MaxDepth = YamlNodeBuilder.MaxDepth,
            CommentHandling = JsonCommentHandling.Disallow,
        });
        var builder = new JsonNodeBuilder(new(source, bytes));
        try
        {
            while (reader.Read())
                documents.Add(builder.ReadDocument(ref reader));
        }
        catch (JsonException error)
        {
            var (line, column) = ((int)(error.LineNumber ?? 0) + 1, (int)(error.BytePositionInLine ?? 0) + 1);
            var position = new SourcePosition(source, line, column);
            problems.Add(Diagnostic.At(position, "", "is not JSON, or is nested too deep", ProblemReason.Unreadable));
        }
        catch (InvalidOperationException)
        {
            // A string with half of a surrogate pair is valid JSON, but not valid Unicode.
            problems.Add(Diagnostic.At(builder.Last, "", "contains text that is not valid "
            + "Unicode", ProblemReason.Unreadable));
        }
        return documents;
    }
}
