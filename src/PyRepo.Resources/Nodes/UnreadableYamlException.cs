using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>Text that is not YAML, or YAML that is refused for its size.</summary>
sealed class UnreadableYamlException(SourcePosition position, string message) : Exception(message)
{
    public SourcePosition Position { get; } = position;
}
