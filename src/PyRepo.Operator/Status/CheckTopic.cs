namespace PyRepo.Operator.Status;

/// <summary>What a check is about.</summary>
public enum CheckTopic
{
    /// <summary>The resource itself.</summary>
    Declaration,

    /// <summary>Condition StorageReady.</summary>
    Storage,

    /// <summary>Condition IngressReady.</summary>
    Route,

    /// <summary>Condition ServerAvailable.</summary>
    Server,
}
