using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>A key of a map, its position, and its value.</summary>
public sealed record MappingEntry(string Key, SourcePosition Position, Node Value);
