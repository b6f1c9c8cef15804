namespace PyRepo.Server.Repositories;

/// <summary>A repository rejects a distribution or a form, and its sender can do something about it.</summary>
/// <param name="reason">The kind of rejection; <c>Problem</c> maps it to a status.</param>
/// <param name="message">What is wrong with what, and what to do; one plain sentence or two.</param>
sealed class RejectedException(RejectionReason reason, string message) : Exception(message)
{
    /// <summary>The kind of rejection.</summary>
    public RejectionReason Reason => reason;
}
