namespace PyRepo.Operator.Manifests;

/// <summary>What happened to a host.</summary>
public enum HostChangeKind
{
    /// <summary>It was free, and a namespace got it.</summary>
    Registered,

    /// <summary>The last resource that named it went; it is held for its namespace.</summary>
    Unused,

    /// <summary>Its hold ended by time, and it is free.</summary>
    Expired,

    /// <summary>It is free because its namespace is gone, or because somebody removed its line.</summary>
    Released,

    /// <summary>Another namespace has it at once: its hold had ended, or somebody wrote so.</summary>
    Passed,
}
