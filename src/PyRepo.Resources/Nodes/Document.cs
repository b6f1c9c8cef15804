using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>A document, and the problems that do not depend on its kind, such as a duplicate key.</summary>
sealed record Document(Node Root, ImmutableArray<Diagnostic> Problems);
