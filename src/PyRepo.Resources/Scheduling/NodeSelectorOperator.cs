namespace PyRepo.Resources.Scheduling;

/// <summary>How the value of a node's label is compared.</summary>
public enum NodeSelectorOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Gt,
    Lt,
}
