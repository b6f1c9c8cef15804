namespace PyRepo.Server.Commands;

/// <summary>What a shell can complete as the value of an option or argument.</summary>
enum CompletedValues
{
    /// <summary>There is no value.</summary>
    None,

    /// <summary>Nothing that a shell knows.</summary>
    Unknown,
    Files,
    Folders,
}
