using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Status;

/// <summary>Why a resource fails a check.</summary>
/// <param name="Reason">For the condition.</param>
/// <param name="Message">The message for the user: what is wrong, and what to do about it.</param>
/// <param name="IsStalled">
/// Whether somebody has to do something (Stalled); otherwise it is pending (Reconciling).
/// </param>
public sealed record CheckResult(Reason Reason, string Message, bool IsStalled)
{
    /// <summary>Somebody has to do something.</summary>
    public static CheckResult Stalled(Reason reason, string message) => new(reason, message, IsStalled: true);

    /// <summary>It is on its way.</summary>
    public static CheckResult Pending(Reason reason, string message) => new(reason, message, IsStalled: false);

    /// <summary>A rejection is a fault.</summary>
    public static CheckResult? Of(Rejection? rejection) =>
        rejection is null ? null : Stalled(rejection.Reason, rejection.Message);
}
