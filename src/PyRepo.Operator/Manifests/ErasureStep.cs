namespace PyRepo.Operator.Manifests;

/// <summary>The next thing to do for a deleted resource whose bucket's data go with it.</summary>
public enum ErasureStep
{
    /// <summary>Stop the server's pods: scale its Deployment to none.</summary>
    StopServer,

    /// <summary>Remove all children but those that the Job needs.</summary>
    RemoveChildren,

    /// <summary>Create the Job.</summary>
    Erase,

    /// <summary>Wait for what comes next.</summary>
    Wait,

    /// <summary>Let the resource go.</summary>
    Release,
}
