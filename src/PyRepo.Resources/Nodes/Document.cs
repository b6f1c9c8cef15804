using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>A document, and what is wrong with it whatever it means, as a key written twice.</summary>
sealed record Document(Node Root, ImmutableArray<Problem> Problems);
