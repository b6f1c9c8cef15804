namespace PyRepo.Resources.Attesting;

/// <summary>The action of a rule on doubtful files.</summary>
public enum PolicyAction
{
    /// <summary>They are visible, and reported.</summary>
    Report,

    /// <summary>They are hidden for a while, in which others may find out what is wrong.</summary>
    Hold,

    /// <summary>They are hidden until a person says otherwise.</summary>
    Hide,
}
