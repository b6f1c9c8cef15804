namespace PyRepo.Server.Repositories;

/// <summary>What keeps a repository from serving.</summary>
enum UnavailableReason
{
    /// <summary>Its records are being read.</summary>
    Opening,

    /// <summary>Another process has its store open. It is tried again.</summary>
    StoreInUse,

    /// <summary>Its store cannot be read, or belongs to another kind or a newer server. It is tried again.</summary>
    StoreUnusable,

    /// <summary>The resource says <c>suspend: true</c>.</summary>
    Suspended,

    /// <summary>The resource asks for what this server does not do yet.</summary>
    NotSupported,
}
