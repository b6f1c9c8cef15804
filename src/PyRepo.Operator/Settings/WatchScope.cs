namespace PyRepo.Operator.Settings;

/// <summary>Which namespaces the operator looks after.</summary>
public enum WatchScope
{
    /// <summary>All; it also reads classes, which belong to no namespace.</summary>
    Cluster,

    /// <summary>Those that are listed.</summary>
    Namespaces,

    /// <summary>The one it runs in.</summary>
    Own,
}
