namespace PyRepo.Server.Tests.Serving.Routing;

/// <summary>How a request says who sends it.</summary>
public enum CallerKind
{
    Anonymous,
    WrongPassword,
    User,
    UserByGroup,
    ServiceAccount,
    Identity,
    MintedToken,

    /// <summary>A token that is narrower than the user who made it.</summary>
    NarrowApiToken,

    /// <summary>A token for everything, made by a user who may do less.</summary>
    WideApiToken,
    DeclaredToken,
    MemberToken,
}
