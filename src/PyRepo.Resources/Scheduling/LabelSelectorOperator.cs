namespace PyRepo.Resources.Scheduling;

/// <summary>How the value of a label is compared.</summary>
public enum LabelSelectorOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
