using PyRepo.Resources.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PyRepo.Resources.Nodes;

/// <summary>The parser events of one part of a stream, with positions in the whole stream.</summary>
sealed class YamlEvents(string source, DocumentPart part)
{
    readonly Parser _parser = new(new StringReader(part.Text));

    public ParsingEvent Current => _parser.Current!;

    public SourcePosition Position => PositionOf(_parser.Current?.Start ?? Mark.Empty);

    /// <exception cref="UnreadableYamlException">What follows is not YAML.</exception>
    public bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (YamlException error)
        {
            throw TabIndentation.Find(part.Text, error) is var (line, column)
                ? new UnreadableYamlException(
                    new(source, part.LinesBefore + line, column), "is not YAML: tabs cannot indent YAML; use spaces")
                : new UnreadableYamlException(PositionOf(error.Start), Message(error.Message));
        }
        catch (InvalidOperationException)
        {
            // The parser fails with this exception on some unclosed flow collections.
            throw new UnreadableYamlException(Position, "is not YAML: a bracket or brace opened here is never closed");
        }
    }

    SourcePosition PositionOf(Mark mark) => new(source, part.LinesBefore + (int)mark.Line, (int)mark.Column);

    static string Message(string message) =>
        $"is not YAML: {char.ToLowerInvariant(message[0])}{message[1..].TrimEnd('.')}";
}
