namespace PyRepo.Operator.Manifests;

/// <summary>Why a resource keeps its pods for now, though a new operator or setting makes others.</summary>
/// <param name="Reason">In one word.</param>
/// <param name="Message">In a sentence, with what to do.</param>
public sealed record RolloutWait(Reason Reason, string Message)
{
    /// <summary>Others go first.</summary>
    public static RolloutWait Turn { get; } =
        new(Reason.AwaitsRollout, "The new pods are being rolled out to other resources first.");
}
