namespace PyRepo.Resources.Nodes;

/// <summary>The kind of a scalar, by the rules with which kubectl reads YAML.</summary>
public enum ScalarKind
{
    Text,
    Number,
    Boolean,
    Null,
}
