namespace PyRepo.Server.Content.Repositories;

/// <summary>A repository rejects a distribution or a form, and the sender can fix the problem.</summary>
/// <param name="reason">The kind of rejection; <c>Problem</c> maps it to a status.</param>
/// <param name="message">What is wrong, and how to fix it, in one or two plain sentences.</param>
sealed class RejectedException(RejectionReason reason, string message) : Exception(message)
{
    /// <summary>The kind of rejection.</summary>
    public RejectionReason Reason => reason;
}
