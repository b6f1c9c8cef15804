namespace PyRepo.Resources.Proxied;

/// <summary>Which files a proxy caches.</summary>
public enum ProxyMode
{
    /// <summary>The files that clients request.</summary>
    OnDemand,

    /// <summary>No files.</summary>
    Streamed,

    /// <summary>Files that are fetched ahead of requests.</summary>
    Mirror,
}
