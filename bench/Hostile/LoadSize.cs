namespace Bench.Hostile;

/// <summary>How much of a load there is.</summary>
enum LoadSize
{
    /// <summary>All of it, as quickly as the server takes it.</summary>
    Full,

    /// <summary>Enough to show that it works.</summary>
    Quick,

    /// <summary>As one of many at the same time, for an hour.</summary>
    Gentle,
}
