namespace PyRepo.Server.Content.Repositories;

/// <summary>A repository rejects a distribution or a form, and the sender can fix the problem.</summary>
/// <param name="reason">The kind of rejection; <c>Problem</c> maps it to a status.</param>
/// <param name="message">What is wrong, and how to fix it, in one or two plain sentences.</param>
sealed class RejectedException(RejectionReason reason, string message) : Exception(message)
{
    /// <summary>The kind of rejection.</summary>
    public RejectionReason Reason => reason;
}

/// <summary>Why a repository rejects an upload.</summary>
enum RejectionReason
{
    /// <summary>The form or the file is not valid.</summary>
    Invalid,

    /// <summary>The client uses a feature that the protocol no longer has.</summary>
    Obsolete,

    /// <summary>The file is larger than the repository allows.</summary>
    TooLarge,

    /// <summary>Another file already has this name.</summary>
    AlreadyExists,

    /// <summary>The caller must authenticate first.</summary>
    Unauthenticated,

    /// <summary>The caller is authenticated but not allowed to do this.</summary>
    Forbidden,
}
