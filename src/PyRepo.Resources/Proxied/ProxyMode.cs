namespace PyRepo.Resources.Proxied;

/// <summary>What a proxy keeps.</summary>
public enum ProxyMode
{
    /// <summary>The files that somebody asked for.</summary>
    OnDemand,

    /// <summary>No files.</summary>
    Streamed,

    /// <summary>Files fetched ahead.</summary>
    Mirror,
}
