namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>The behavior of a service that does not keep its word on the conditions of writes.</summary>
enum ServiceFlaw
{
    /// <summary>It keeps its word.</summary>
    None,

    /// <summary>It looks whether a condition holds, and writes a moment later.</summary>
    LooksFirstAndWritesLater,

    /// <summary>It compares entity tags without quotation marks, byte by byte.</summary>
    TakesBareTags,

    /// <summary>It refuses a write to an object that has just the version that is asked for.</summary>
    RefusesRightTags,
}
