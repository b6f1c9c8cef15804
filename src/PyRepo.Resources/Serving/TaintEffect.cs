namespace PyRepo.Resources.Serving;

/// <summary>The effect of a taint.</summary>
public enum TaintEffect
{
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}
