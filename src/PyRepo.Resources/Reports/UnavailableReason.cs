namespace PyRepo.Resources.Reports;

/// <summary>The kind of reason why a repository is not served.</summary>
public enum UnavailableReason
{
    /// <summary>Its records are being read.</summary>
    Opening,

    /// <summary>Another process has its store open. The server retries.</summary>
    StoreInUse,

    /// <summary>Its store cannot be read, or belongs to another kind or a newer server. The server retries.</summary>
    StoreUnusable,

    /// <summary>Its store is being filled from a backup.</summary>
    Restoring,

    /// <summary>The resource sets <c>suspend: true</c>.</summary>
    Suspended,
}
