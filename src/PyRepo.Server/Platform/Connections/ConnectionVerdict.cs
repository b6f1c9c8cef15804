namespace PyRepo.Server.Platform.Connections;

/// <summary>What becomes of a new connection.</summary>
enum ConnectionVerdict
{
    /// <summary>It may be open.</summary>
    Open,

    /// <summary>As many are open as may be.</summary>
    TooMany,

    /// <summary>Its address has half of what others leave.</summary>
    TooManyOfAddress,
}
