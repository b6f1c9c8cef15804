namespace PyRepo.Resources.Serving;

/// <summary>What a taint does.</summary>
public enum TaintEffect
{
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}
