namespace PyRepo.Server.Repositories;

/// <summary>Which bytes of a distribution are asked for.</summary>
public enum FileContentKind
{
    /// <summary>The distribution itself.</summary>
    Bytes,

    /// <summary>Its core metadata (PEP 658).</summary>
    Metadata,
}
