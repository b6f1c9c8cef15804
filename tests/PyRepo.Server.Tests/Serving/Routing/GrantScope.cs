namespace PyRepo.Server.Tests.Serving.Routing;

/// <summary>Which projects a caller has a grant for.</summary>
public enum GrantScope
{
    /// <summary>The project that is asked for.</summary>
    Own,

    /// <summary>Another project only.</summary>
    Other,

    /// <summary>No project at all.</summary>
    None,
}
