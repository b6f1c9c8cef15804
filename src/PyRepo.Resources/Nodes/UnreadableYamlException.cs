using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>Text that is not valid YAML, or YAML that is too large.</summary>
sealed class UnreadableYamlException(SourcePosition position, string message) : Exception(message)
{
    public SourcePosition Position { get; } = position;
}
