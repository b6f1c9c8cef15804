namespace PyRepo.Resources.Nodes;

/// <summary>A part of a YAML stream, and the number of lines before it.</summary>
readonly record struct DocumentPart(string Text, int LinesBefore);
