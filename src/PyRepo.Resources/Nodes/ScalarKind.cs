namespace PyRepo.Resources.Nodes;

/// <summary>What a scalar is by the rules that kubectl reads YAML with.</summary>
public enum ScalarKind
{
    Text,
    Number,
    Boolean,
    Null,
}
