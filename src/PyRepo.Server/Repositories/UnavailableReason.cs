namespace PyRepo.Server.Repositories;

/// <summary>Why a repository cannot be served.</summary>
enum UnavailableReason
{
    /// <summary>Its records are being read.</summary>
    Opening,

    /// <summary>Another process has its store open. The server tries again.</summary>
    StoreInUse,

    /// <summary>
    /// Its store cannot be read, or belongs to another kind or a newer server. The server tries again.
    /// </summary>
    StoreUnusable,

    /// <summary>The resource sets <c>suspend: true</c>.</summary>
    Suspended,

    /// <summary>The resource requires a feature that this server does not support yet.</summary>
    NotSupported,
}
