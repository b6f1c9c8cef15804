namespace PyRepo.Server.Content.Repositories;

/// <summary>Which bytes of a distribution are requested.</summary>
public enum FileContentKind
{
    /// <summary>The distribution itself.</summary>
    Bytes,

    /// <summary>Its core metadata (<see href="https://peps.python.org/pep-0658/">PEP 658</see>).</summary>
    Metadata,

    /// <summary>Its attestations (<see href="https://peps.python.org/pep-0740/">PEP 740</see>).</summary>
    Provenance,
}
