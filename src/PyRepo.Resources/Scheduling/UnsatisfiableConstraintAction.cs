namespace PyRepo.Resources.Scheduling;

/// <summary>What happens to a pod that no node fits.</summary>
public enum UnsatisfiableConstraintAction
{
    DoNotSchedule,
    ScheduleAnyway,
}
