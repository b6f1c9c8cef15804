namespace PyRepo.Server.Content.Repositories;

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
