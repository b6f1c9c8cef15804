using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Status;

/// <summary>What a check found in the way of being ready.</summary>
/// <param name="Reason">One word in CamelCase.</param>
/// <param name="Message">A sentence for the user, with what to do where something is to be done.</param>
/// <param name="IsFault">Whether only somebody's doing gets it out of the way: Stalled; else it is on its way.</param>
public sealed record CheckResult(string Reason, string Message, bool IsFault)
{
    /// <summary>Somebody has to do something.</summary>
    public static CheckResult Fault(string reason, string message) => new(reason, message, IsFault: true);

    /// <summary>It will come.</summary>
    public static CheckResult Pending(string reason, string message) => new(reason, message, IsFault: false);

    /// <summary>What the operator refuses is a fault of the resource.</summary>
    public static CheckResult? Of(Rejection? rejection) => rejection is null ? null : Fault(rejection.Reason, rejection.Message);
}
